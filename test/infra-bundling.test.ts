import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { afterAll, describe, expect, it } from 'vitest';
import { esmBundling } from '../infra/esm-bundling.ts';
import { McpFunction } from '../infra/index.ts';

describe('esmBundling', () => {
  it('merges options, and leaves CommonJS without our banner', () => {
    expect(esmBundling({ banner: '/* mine */', minify: false })).toMatchObject({
      format: OutputFormat.ESM,
      minify: false,
      bundleAwsSDK: true,
      banner: expect.stringMatching(/createRequire.*\/\* mine \*\/$/),
    });
    expect(esmBundling({ format: OutputFormat.CJS }).banner).toBeUndefined();
  });

  const project = mkdtempSync(join(tmpdir(), 'lambda-mcp-infra-'));
  afterAll(() => rmSync(project, { recursive: true }));

  it('makes one ES module that loads, CommonJS dependencies included', () => {
    const repository = fileURLToPath(new URL('..', import.meta.url));
    copyFileSync(join(repository, 'package-lock.json'), join(project, 'package-lock.json'));
    symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
    mkdirSync(join(project, 'lib'));
    writeFileSync(
      join(project, 'lib/legacy.cjs'),
      "const name = 'node:' + 'os'; module.exports = { path: require('path').sep, os: require(name).EOL, dir: __dirname };",
    );
    writeFileSync(
      join(project, 'server.ts'),
      `import { createRequire } from 'node:module';
       import { createLambdaHandler } from ${JSON.stringify(join(repository, 'server/handler-fetch.ts'))};
       import legacy from './lib/legacy.cjs';
       const require = createRequire(import.meta.url);
       const __dirname: string = import.meta.dirname;
       export const seen = { ...legacy, own: require('node:path').basename(__dirname) };
       export const handler = createLambdaHandler({ fetch: async () => new Response('ok') });`,
    );
    for (const minify of [true, false]) {
      const app = new App({ outdir: mkdtempSync(join(project, 'out-')) });
      const stack = new Stack(app, 'Stack');
      new McpFunction(stack, 'Tools', {
        entry: join(project, 'server.ts'),
        depsLockFilePath: join(project, 'package-lock.json'),
        bundling: { minify, logLevel: LogLevel.ERROR },
      });
      const { directory } = app.synth();
      const asset = readdirSync(directory).find((name) => name.startsWith('asset.')) ?? 'none';
      expect(readdirSync(join(directory, asset))).toEqual(['index.mjs']);
      expect(loadInNode(join(directory, asset, 'index.mjs'))).toEqual({
        handler: 'function',
        seen: { path: '/', os: '\n', dir: join(directory, asset), own: asset },
      });
    }
  });
});

/** Loads a module in a Node of its own, since Vitest gives modules a `require` that Lambda does not. */
function loadInNode(file: string): unknown {
  const program = `const { handler, seen } = await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(JSON.stringify({ handler: typeof handler, seen }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}
