import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { bareEnvironment, CLI } from '../support/cli.ts';

it("the container's command serves where others reach it, and finishes a call after SIGTERM", async () => {
  const dockerfile = readFileSync(resolve(import.meta.dirname, '../../examples/container/Dockerfile'), 'utf8');
  const [command, ...args] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] as string) as string[];
  expect(command).toBe('node_modules/.bin/lambda-mcp');
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: resolve(import.meta.dirname, '../../examples/quickstart'),
    env: { ...bareEnvironment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const url = new URL(String(line).split('\n')[0] as string);
    expect(url.href).toMatch(/^http:\/\/0\.0\.0\.0:\d+\/mcp$/);
    url.hostname = '127.0.0.1';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'multi-greet', arguments: { name: 'Ada', count: 3, delayMs: 300 } },
      }),
    });
    await sleep(100);
    child.kill('SIGTERM');
    expect(await response.text()).toMatch(/"result":\{.*Ada/);
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
