import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogLevel } from 'aws-cdk-lib/aws-lambda-nodejs';
import { McpFunction } from 'lambda-mcp/infra';
import { newPath } from '../support/scratch.ts';

/**
 * Bundles modules as `McpFunction` deploys them, each to one minified `index.mjs`.
 *
 * @param entries paths relative to this file
 * @returns the paths of what they were bundled to
 */
export function bundle(entries: Iterable<string>): ReadonlyMap<string, string> {
  const app = new App({ outdir: newPath(), context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'Runtime');
  const bundles = new Map<string, string>();
  for (const entry of entries) {
    const { function: fn } = new McpFunction(stack, `Function${bundles.size}`, {
      entry: fileURLToPath(new URL(entry, import.meta.url)),
      depsLockFilePath: fileURLToPath(new URL('../../package-lock.json', import.meta.url)),
      bundling: { logLevel: LogLevel.ERROR },
    });
    const asset = (fn.node.defaultChild as CfnFunction).getMetadata('aws:asset:path');
    bundles.set(entry, join(app.outdir, asset, 'index.mjs'));
  }
  app.synth();
  return bundles;
}
