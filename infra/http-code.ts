import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, type BundlingOptions, DockerImage } from 'aws-cdk-lib';
import { bundleSettings } from '../local/bundle/bundle-settings.ts';
import { writeBundle } from './write-bundle.ts';

/** The module that starts the server. */
export const START_FILE = 'index.mjs';

/** Of `serve()` in `lambda-mcp/http`. */
interface StartOptions {
  readonly host?: string;
  readonly port?: number;
  readonly allowUnauthenticated?: boolean;
}

/** A folder as an asset of CDK. */
export interface HttpCode {
  readonly path: string;
  readonly assetHashType: AssetHashType;
  readonly bundling: BundlingOptions;
}

/**
 * A server file as a program that serves HTTP: the bundle that `McpFunction` deploys, and a module that starts it.
 *
 * @param node version that it will run on, such as `node24`
 * @throws Error when there is no such file, or no esbuild
 */
export function httpCode(entry: string, node: string, options: StartOptions): HttpCode {
  if (!existsSync(entry)) throw new Error(`There is no server file ${resolve(entry)}.`);
  const tryBundle = (folder: string) => {
    const esbuild = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
    writeBundle(esbuild, resolve(entry), join(folder, 'server.mjs'), node);
    const { outputFiles } = esbuild.buildSync({
      ...bundleSettings,
      stdin: { contents: startSource(options), resolveDir: dirname(fileURLToPath(import.meta.url)) },
      external: ['./server.mjs'],
      target: node,
      outfile: join(folder, START_FILE),
      write: false,
    });
    for (const { contents } of outputFiles) writeFileSync(join(folder, START_FILE), contents);
    return true;
  };
  return {
    path: dirname(resolve(entry)),
    assetHashType: AssetHashType.OUTPUT,
    // Only esbuild bundles it, but CDK asks for an image.
    bundling: { image: DockerImage.fromRegistry('node'), local: { tryBundle } },
  };
}

function startSource(options: StartOptions): string {
  return [
    `import { serve } from ${JSON.stringify(fileURLToPath(import.meta.resolve('lambda-mcp/http')))};`,
    "import * as server from './server.mjs';",
    `await serve(server.handler ?? server.default?.handler, ${JSON.stringify(options)});`,
  ].join('\n');
}
