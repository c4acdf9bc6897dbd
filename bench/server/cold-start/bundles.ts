import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { McpFunction } from 'lambda-mcp/infra';

export interface Bundle {
  readonly file: string;
  /** KB. */
  readonly size: number;
}

/** Has the SDK validate JSON Schema by the small validator that it ships for other platforms, in place of Ajv. */
const WITHOUT_AJV = {
  '--alias:@modelcontextprotocol/server/_shims': pathOf(
    '../../node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs',
  ),
};

/**
 * Bundles the modules in `entries/` as `McpFunction` deploys them, and the example as `quickstart`.
 *
 * @returns them by name; `without-ajv` is ours with the SDK's other validator
 */
export function bundleEntries(folder: string): ReadonlyMap<string, Bundle> {
  const app = new App({ outdir: join(folder, 'cdk'), context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'ColdStart');
  const bundled = (name: string, entry: string, options: BundlingOptions = {}): [string, Bundle] => {
    const { function: fn } = new McpFunction(stack, name, {
      entry: pathOf(entry),
      // One of them is a program, and exports none.
      handler: 'index.handler',
      depsLockFilePath: pathOf('../../../package-lock.json'),
      bundling: { logLevel: LogLevel.ERROR, ...options },
    });
    const asset = (fn.node.defaultChild as CfnFunction).getMetadata('aws:asset:path') as string;
    const file = join(app.outdir, asset, 'index.mjs');
    return [name, { file, size: Math.round(statSync(file).size / 1000) }];
  };
  return new Map([
    bundled('quickstart', '../../../examples/quickstart/server.ts'),
    bundled('without-ajv', 'entries/ours.ts', { esbuildArgs: WITHOUT_AJV }),
    ...readdirSync(pathOf('entries')).map((file) => bundled(file.replace(/\.ts$/, ''), `entries/${file}`)),
  ]);
}

/** Bundles the program that starts one, since Node takes longer to read TypeScript than to do what it says. */
export function bundleStarter(folder: string): string {
  const outfile = join(folder, 'start.mjs');
  buildSync({ entryPoints: [pathOf('start.ts')], outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
