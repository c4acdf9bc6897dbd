import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel } from 'aws-cdk-lib/aws-lambda-nodejs';
import { McpFunction } from 'lambda-mcp/infra';
import { newPath } from './scratch.ts';

export interface McpFunctionBundle {
  /** Path of its `index.mjs`. */
  readonly file: string;
  /** What the construct said: notes and warnings. */
  readonly said: readonly string[];
}

/** Bundles servers as `McpFunction` deploys them. @returns the bundles, in the order of the servers */
export function bundleByMcpFunction(entries: readonly string[], bundling: BundlingOptions = {}): McpFunctionBundle[] {
  const app = new App({ outdir: newPath(), context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'Stack');
  const functions = entries.map(
    (entry, index) =>
      new McpFunction(stack, `Tools${index}`, {
        entry,
        depsLockFilePath: lockFileAbove(entry),
        bundling: { logLevel: LogLevel.ERROR, ...bundling },
      }),
  );
  app.synth();
  return functions.map((tools) => {
    const asset = (tools.function.node.defaultChild as CfnFunction).getMetadata('aws:asset:path');
    const said = tools.node.metadata.filter(({ type }) => /^aws:cdk:(?:info|warning)$/.test(type));
    return { file: join(app.outdir, asset, 'index.mjs'), said: said.map(({ data }) => String(data)) };
  });
}

function lockFileAbove(entry: string): string {
  for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package-lock.json'))) return join(at, 'package-lock.json');
  }
  throw new Error(`No lock file above ${entry}.`);
}
