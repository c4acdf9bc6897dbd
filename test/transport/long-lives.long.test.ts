import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientDispatcher } from '../../transport/network/global-dispatcher.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } };
const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) };

let server: Server;
let origin: string;
const sockets = new Set<Socket>();
/** Requests that are neither answered nor given up. */
let waiting = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url?.includes('slow')) {
      waiting += 1;
      response.once('close', () => {
        waiting -= 1;
      });
      return;
    }
    // What the Invoke API cannot carry is told as its error: an answer all the same.
    response
      .writeHead(request.url === '/' ? 200 : 400, { 'content-type': 'application/json' })
      .end('{"message":"here"}');
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close().closeAllConnections());

const WAYS = ['URL', 'Invoke'] as const;

describe('a process that was stopped, as Lambda freezes one', () => {
  it.each(WAYS.flatMap((way) => (['end', 'reset'] as const).map((how) => [way, how] as const)))(
    'calls by %s over a new connection when the old one met its %s meanwhile',
    async (way, how) => {
      const options = { credentials, retry: { attempts: 1 }, region: 'us-east-1', endpoint: origin };
      const settings = JSON.stringify({ ...options, target: way === 'URL' ? `${origin}/` : ARN });
      const program = fileURLToPath(new URL('../fixtures/thawed-agent.ts', import.meta.url));
      const agent = fork(program, [settings]);
      const heard = async () => (await once(agent, 'message'))[0] as string;
      await heard();
      for (let time = 0; time < 3; time += 1) {
        agent.send('go');
        expect(await heard()).toMatch(/here/);
        await sleep(50);
        agent.kill('SIGSTOP');
        await sleep(50);
        // The call is there before the process goes on, as Lambda's event is; and it is heard of first.
        agent.send('go');
        for (const socket of sockets) how === 'end' ? socket.destroy() : socket.resetAndDestroy();
        await sleep(1200);
        agent.kill('SIGCONT');
        expect(await heard()).toMatch(/here/);
      }
      agent.kill();
    },
  );
});

describe('many slow calls at once', () => {
  // The Lambda API's path has the function's name in it, so that both are asked for something slow.
  const fetchOf = (way: (typeof WAYS)[number], options: object) =>
    way === 'URL'
      ? sigv4Fetch({ credentials, region: 'us-east-1', ...options })
      : invokeFetch('slow', { credentials, region: 'us-east-1', endpoint: origin, ...options });

  it.each(WAYS)('are all on the wire, by %s, or as many as the option says', async (way) => {
    for (const [options, most] of [
      [{}, 120],
      [{ maxSockets: 7 }, 7],
    ] as const) {
      const send = fetchOf(way, options);
      const gone = new AbortController();
      const url = way === 'URL' ? `${origin}/slow` : 'https://server.invalid/';
      const calls = Array.from({ length: 120 }, () => send(url, { ...init, signal: gone.signal }).catch(() => {}));
      await expect.poll(() => waiting, { timeout: 20_000 }).toBe(most);
      await sleep(200);
      expect(waiting).toBe(most);
      gone.abort();
      await Promise.all(calls);
      await expect.poll(() => waiting).toBe(0);
    }
  });
});

describe('silence', () => {
  it('has no limit of undici’s, where the global dispatcher is Node’s own', async () => {
    const key = [2, 1].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));
    void globalThis.Response;
    const given: object[] = [];
    const agents = key.map((each) => [each, (globalThis as Record<symbol, object>)[each]] as const);
    const Agent = agents.find(([, agent]) => agent?.constructor.name === 'Agent')?.[1]?.constructor as new () => object;
    class Watched extends Agent {
      dispatch(options: object, handler: object) {
        given.push(options);
        return (Agent.prototype as { dispatch(options: object, handler: object): boolean }).dispatch.call(
          this,
          options,
          handler,
        );
      }
    }
    const watched = new Watched();
    try {
      for (const [each, agent] of agents) if (agent) (globalThis as Record<symbol, object>)[each] = watched;
      await sigv4Fetch({ credentials, region: 'us-east-1' })(`${origin}/`, init);
    } finally {
      for (const [each, agent] of agents) if (agent) (globalThis as Record<symbol, object>)[each] = agent;
    }
    expect(given).toMatchObject([{ headersTimeout: 0, bodyTimeout: 0 }]);
    expect(patientDispatcher()).toBeDefined();
  });

  it.runIf(process.env.SLOW_TESTS)('of more than five minutes is waited for', { timeout: 330_000 }, async () => {
    const patient = createServer((request, response) => {
      request.resume();
      if (request.url === '/begun') response.flushHeaders();
      setTimeout(() => response.end('done'), 310_000);
    });
    patient.requestTimeout = 0;
    await once(patient.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(patient.address() as AddressInfo).port}`;
    const fetch = sigv4Fetch({ credentials, region: 'us-east-1' });
    const told = ['/', '/begun'].map(async (path) => (await fetch(`${url}${path}`, init)).text());
    expect(await Promise.all(told)).toEqual(['done', 'done']);
    patient.close();
  });
});
