import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LocalLambda, LocalPrincipal } from 'lambda-mcp/local';

/** The command as it is published: `node` with these arguments. */
export const CLI = resolve(import.meta.dirname, '../../dist/cli/main.js');

/** An environment without credentials, config files or a home of its own. */
export const bareEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: mkdtempSync(join(tmpdir(), 'home-')),
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** The environment of somebody who calls a local Lambda. */
export function environmentOf(lambda: LocalLambda, principal: LocalPrincipal): Record<string, string> {
  return {
    ...bareEnvironment,
    AWS_REGION: lambda.region,
    AWS_ENDPOINT_URL_LAMBDA: lambda.lambdaEndpoint,
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken ?? '',
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** @default nothing */
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs `lambda-mcp` with some arguments until it ends. */
export function runCli(args: readonly string[], { env, input = '', cwd }: RunOptions): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { env, ...(cwd !== undefined && { cwd }) });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => fulfil({ code, signal, ...output }));
  });
}
