import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { serve } from 'lambda-mcp/http';
import { createLambdaHandler } from 'lambda-mcp/server';
import { afterEach, describe, expect, it } from 'vitest';
import { createSessionIds } from '../../server/http/sessions/session-id.ts';
import { bareEnvironment, CLI, runCli } from '../support/cli.ts';
import { startRoundRobin } from '../support/round-robin.ts';
import { LINES, type SessionClient } from '../support/session-clients.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Process {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startProcess(line: string): Promise<Process> {
  const port = await freePort();
  const entry = resolve(import.meta.dirname, `../fixtures/servers/session-${line}.ts`);
  const args = ['serve', entry, '--port', String(port), '--session-address', `http://127.0.0.1:${port}`];
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...bareEnvironment, SESSION_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ended.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { child, port };
}

async function startCluster(line: string) {
  const processes = await Promise.all([startProcess(line), startProcess(line)]);
  const balancer = await startRoundRobin(processes.map(({ port }) => port));
  ended.push(() => balancer.close());
  return { processes, url: balancer.url };
}

async function connect(line: 'v1' | 'v2', url: URL): Promise<SessionClient> {
  const client = await LINES[line](url);
  ended.push(() => client.close());
  await sleep(200);
  return client;
}

describe.each(['v1', 'v2'] as const)('two processes of %s behind a round robin', (line) => {
  it('serve each session in the one that has it, and each client as one server would', async () => {
    const { url } = await startCluster(line);
    const clients = await Promise.all([connect('v1', url), connect('v2', url), connect('v1', url)]);
    const pids = new Set<unknown>();
    for (const client of clients) {
      const own = new Set([await client.call('pid'), await client.call('pid'), await client.call('pid')]);
      expect(own.size).toBe(1);
      for (const pid of own) pids.add(pid);
      expect([await client.call('count'), await client.call('count')]).toEqual([1, 2]);
      expect(await client.call('ask')).toEqual({ name: 'Ada' });
      expect(await client.call('pause')).toBe('resumed');
      await client.call('change');
      await expect.poll(() => client.changes.count).toBeGreaterThan(0);
    }
    expect(pids.size).toBe(2);
    await clients[0]?.terminate();
  });

  it('go on when one of them dies: its sessions are not found, and a call that it had fails', async () => {
    const { url, processes } = await startCluster(line);
    const clients = await Promise.all([connect('v1', url), connect('v1', url)]);
    const [dying] = processes as [Process, Process];
    const pids = await Promise.all(clients.map((client) => client.call('pid')));
    const lost = clients[pids.indexOf(dying.child.pid)] as SessionClient;
    const kept = clients[1 - clients.indexOf(lost)] as SessionClient;
    // One of two in a row goes through the other process, which sees it break off.
    const calls = [lost.call('forever'), lost.call('forever')].map((call) =>
      call.catch((error: Error) => error.message),
    );
    await sleep(300);
    dying.child.kill('SIGKILL');
    expect(await Promise.race(calls)).toContain('The process that had this session has ended');
    expect(await kept.call('count')).toBe(1);
    await expect(lost.call('count')).rejects.toThrow(/404|Session not found/);
    const anew = await connect('v2', url);
    expect(await anew.call('count')).toBe(1);
  });

  it('take no direction from an id that somebody made up', async () => {
    const {
      processes: [first],
    } = await startCluster(line);
    const trap = createServer().listen(0, '127.0.0.1');
    await once(trap, 'listening');
    ended.push(() => trap.close());
    let connections = 0;
    trap.on('connection', (socket) => {
      connections += 1;
      socket.destroy();
    });
    const { port } = trap.address() as AddressInfo;
    const elsewhere = createSessionIds(`http://127.0.0.1:${port}`, 'another secret, of thirty-two letters');
    const forged = elsewhere.newId();
    for (const id of [forged, forged.split('.').slice(0, 2).join('.'), `${forged}A`]) {
      const response = await fetch(`http://127.0.0.1:${first?.port}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-session-id': id,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      });
      expect(response.status).toBe(404);
    }
    expect(connections).toBe(0);
  });
});

describe('the command', () => {
  it('asks for the secret that processes share', async () => {
    const args = ['serve', 'x.ts', '--session-address', 'http://127.0.0.1:1'];
    const { code, stderr } = await runCli(args, { env: bareEnvironment });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('SESSION_SECRET') });
  });
});

it('a process takes what another sends on, whatever Host its clients call it by', async () => {
  const ports = await Promise.all([freePort(), freePort()]);
  const handler = createLambdaHandler(() => new McpServer({ name: 'tools', version: '1.0.0' }));
  for (const port of ports) {
    const cluster = { address: `http://127.0.0.1:${port}`, secret: SECRET };
    const server = await serve(handler, {
      ...{ port, handleSignals: false, allowedHosts: ['mcp.example.com'], sessions: { cluster } },
    });
    ended.push(() => server.close());
  }
  const post = async (port: number | undefined, message: object, given: Record<string, string> = {}) => {
    const accept = 'application/json, text/event-stream';
    const headers = { host: 'mcp.example.com', accept, 'content-type': 'application/json', ...given };
    const asked = request({ port, path: '/mcp', method: 'POST', headers });
    asked.end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const begun = await post(ports[0], { method: 'initialize', params });
  const session = { 'mcp-session-id': String(begun.headers['mcp-session-id']) };
  for (const port of ports) expect((await post(port, { method: 'ping' }, session)).statusCode).toBe(200);
  expect((await post(ports[1], { method: 'ping' }, { ...session, host: 'evil.example' })).statusCode).toBe(403);
});
