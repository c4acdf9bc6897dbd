import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { taskAddress } from '../../server/http/sessions/task-address.ts';
import { containerOf, isHealthy, type ServedContainer, serveContainer, type Task } from '../hosts/serve-container.ts';
import { bareEnvironment, CLI } from '../support/cli.ts';
import { LINES } from '../support/session-clients.ts';

const fixture = (name: string) => resolve(import.meta.dirname, `../fixtures/servers/${name}.ts`);
let served: ServedContainer | undefined;
afterEach(async () => {
  await served?.[Symbol.asyncDispose]();
  served = undefined;
});

describe('the image of McpService', () => {
  it('is the bundle and a Dockerfile that runs nothing while it is built', () => {
    const one = containerOf({ entry: fixture('session-v2') });
    const dockerfile = readFileSync(join(one.folder, 'Dockerfile'), 'utf8');
    expect(dockerfile).not.toMatch(/^RUN/m);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(one.command).toEqual(['node', 'index.mjs']);
    // The same server is the same image, or each deployment would replace the tasks.
    expect(
      containerOf({ entry: fixture('session-v2') })
        .folder.split('/')
        .at(-1),
    ).toBe(one.folder.split('/').at(-1));
  });

  it('says what the server lacks', () => {
    expect(() => containerOf({ entry: fixture('no-such-file') })).toThrow(/there is no server at/);
    expect(() => containerOf({ entry: fixture('session-tools') })).toThrow(/handler/);
  });
});

it('started as Amazon ECS does, is healthy, and on SIGTERM finishes the call that runs, takes no other, and ends', async () => {
  served = await serveContainer({ entry: fixture('slow') });
  const [task] = served.tasks as [Task];
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL(served.url)));
  const begun = Promise.withResolvers<void>();
  const answer = client.callTool({ name: 'slow' }, { onprogress: () => begun.resolve() });
  await begun.promise;
  const ended = once(task.child, 'exit');
  task.child.kill('SIGTERM');
  await expect.poll(() => isHealthy(task.port)).toBe(false);
  expect(await answer).toMatchObject({ content: [{ type: 'text', text: 'finished' }] });
  expect(await ended).toEqual([0, null]);
  // The line of the log has the service's name, as a function's has the function's.
  expect(task.log()).toMatch(/"functionName":"Stack-Tools-/);
});

describe.each(['v1', 'v2'] as const)('started as Amazon ECS does, with a server of %s,', (line) => {
  it('has its sessions in one of two tasks, which find each other by themselves and say how many they have', async () => {
    served = await serveContainer({ entry: fixture(`session-${line}`), sessions: true }, { tasks: 2 });
    const clients = await Promise.all([LINES.v1(new URL(served.url)), LINES.v2(new URL(served.url))]);
    await sleep(200);
    for (const client of clients) {
      const pids = new Set([await client.call('pid'), await client.call('pid'), await client.call('pid')]);
      expect(pids.size).toBe(1);
      expect(await client.call('ask')).toEqual({ name: 'Ada' });
      await client.close();
    }
    for (const task of served.tasks) {
      const reported =
        task
          .log()
          .split('\n')
          .find((text) => text.includes('openSessions')) ?? '{}';
      expect(JSON.parse(reported)).toMatchObject({
        functionName: expect.stringContaining('Stack-Tools'),
        openSessions: 0,
        _aws: { CloudWatchMetrics: [{ Namespace: 'LambdaMcp', Metrics: [{ Name: 'openSessions', Unit: 'Count' }] }] },
      });
    }
  });
});

describe('a task that is to find out its own address', () => {
  const serveCluster = (variable: string | undefined) => {
    if (variable === undefined) delete process.env.ECS_CONTAINER_METADATA_URI_V4;
    else process.env.ECS_CONTAINER_METADATA_URI_V4 = variable;
    return taskAddress(8000).finally(() => delete process.env.ECS_CONTAINER_METADATA_URI_V4);
  };
  const answering = async (body: string) => {
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { [Symbol.dispose]: () => server.close(), url: `http://127.0.0.1:${port}/v4/x` };
  };

  it.each([
    ['{"Networks":[{"IPv4Addresses":["10.0.1.7"]}]}', 'http://10.0.1.7:8000'],
    ['{"Networks":[{"IPv6Addresses":["fd00::7"]}]}', 'http://[fd00::7]:8000'],
  ])('takes it from %s', async (body, address) => {
    using metadata = await answering(body);
    expect(await serveCluster(metadata.url)).toBe(address);
  });

  it.each(['{"Networks":[{}]}', '{}', 'null', 'no JSON', '{"Networks":{}}'])('says why not, of %s', async (body) => {
    using metadata = await answering(body);
    await expect(serveCluster(metadata.url)).rejects.toThrow(/of Amazon ECS/);
  });

  it('is told to say it where there is no Amazon ECS', async () => {
    await expect(serveCluster(undefined)).rejects.toThrow(/only in a task of Amazon ECS/);
  });
});

it('an image of your own has sessions by the command, which finds out its address and says how many it has', async () => {
  const metadata = createServer((_request, response) => {
    response.end('{"Networks":[{"IPv4Addresses":["127.0.0.1"]}]}');
  }).listen(0, '127.0.0.1');
  await once(metadata, 'listening');
  const { port } = metadata.address() as AddressInfo;
  const child = spawn(process.execPath, [CLI, 'serve', fixture('session-v2'), '--port', '0', '--sessions'], {
    env: {
      ...bareEnvironment,
      ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/v4/x`,
      SESSION_SECRET: crypto.randomUUID(),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  await expect.poll(() => log, { timeout: 10_000 }).toMatch(/"openSessions":0/);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  metadata.close();
});
