import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpCode, START_FILE } from '../../infra/http-code.ts';
import { listen } from '../../local/listen.ts';
import { bareEnvironment } from '../support/cli.ts';
import type { ServedFile } from './serve-node.ts';

/** As AgentCore starts what `McpAgentRuntime` deploys: it listens on 0.0.0.0:8000, and answers `/ping` when it is well. */
export function serveAsAgentRuntime(entry: string): Promise<ServedFile> {
  return serveBundle(entry, 'node22', { host: '0.0.0.0', port: 8000, allowUnauthenticated: true }, {}, 8000);
}

/** As Lambda starts what `McpWebFunction` deploys: where it listens is in a variable. */
export async function serveAsWebFunction(entry: string): Promise<ServedFile> {
  const { origin, close } = await listen(() => {});
  await close();
  const port = Number(new URL(origin).port);
  const AWS_LAMBDA_HTTP_ENDPOINT = `0.0.0.0:${port}`;
  return serveBundle(entry, 'node24', { allowUnauthenticated: true }, { AWS_LAMBDA_HTTP_ENDPOINT }, port);
}

async function serveBundle(
  entry: string,
  node: string,
  options: Parameters<typeof httpCode>[2],
  variables: Record<string, string>,
  port: number,
): Promise<ServedFile> {
  mkdirSync('.lambda-mcp', { recursive: true });
  const folder = mkdtempSync(resolve('.lambda-mcp/host-'));
  const { bundling } = httpCode(entry, node, options);
  bundling.local?.tryBundle(folder, bundling);
  const child = spawn(process.execPath, [START_FILE], {
    cwd: folder,
    env: { ...bareEnvironment, REQUEST_STATE_KEY: crypto.randomUUID(), ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const gone = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${origin}/ping`).catch(() => undefined))?.ok || child.exitCode !== null) {
    if (child.exitCode !== null) throw new Error(`The bundle of ${entry} ended before it served: see above.`);
    await sleep(50);
  }
  return {
    url: `${origin}/mcp`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone;
      process.removeListener('exit', end);
      rmSync(folder, { recursive: true });
    },
  };
}
