import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConnectionError, invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { newPath } from '../support/scratch.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const retry = { attempts: 3, baseDelay: 1 };
const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const message = (method: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: 'x' } }),
});

/** A server that breaks each connection in one way, and counts them. */
interface Breaker {
  readonly url: string;
  connections(): number;
}
const servers: Server[] = [];

async function start(server: Server, scheme: string): Promise<Breaker> {
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://localhost:${port}`, connections: () => connections };
}

let breakers: Record<string, Breaker>;
beforeAll(async () => {
  const pem = newPath();
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...args, '-keyout', pem, '-out', `${pem}.crt`], { stdio: 'ignore' });
  const tls = { key: readFileSync(pem), cert: readFileSync(`${pem}.crt`) };
  const closed = createServer();
  breakers = {
    'nothing listens': await start(closed, 'http'),
    'a certificate that is not trusted': await start(
      createTlsServer(tls, (_, response) => response.end()),
      'https',
    ),
    'no TLS at all': await start(
      createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'https',
    ),
    'closed before TLS is up': await start(
      createServer((socket) => socket.once('data', () => socket.end())),
      'https',
    ),
    'reset behind the request': await start(
      createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
      'http',
    ),
  };
  closed.close();
});
afterAll(() => {
  for (const server of servers) server.close();
});

/** What broke, its words, whether anything was sent, and how often a call and a list are tried. */
const KINDS: readonly [string, RegExp, boolean, number, number][] = [
  ['nothing listens', /Nothing listens at.*ECONNREFUSED.*Nothing was sent/, false, 0, 0],
  [
    'a certificate that is not trusted',
    /certificate is not trusted.*Nothing was sent.*NODE_EXTRA_CA_CERTS/,
    false,
    1,
    1,
  ],
  ['no TLS at all', /TLS could not be set up.*Nothing was sent/, false, 1, 1],
  ['closed before TLS is up', /(?:before TLS was set up|TLS could not be set up).*Nothing was sent/, false, 3, 3],
  ['reset behind the request', /closed before the answer.*may have run/, true, 1, 3],
];

describe.each(KINDS)('%s', (name, words, maybeSent, callAttempts, listAttempts) => {
  it.each(['URL', 'Invoke'] as const)('is told alike by %s', async (way) => {
    const { url, connections } = breakers[name] as Breaker;
    const fetch =
      way === 'URL'
        ? sigv4Fetch({ credentials, region: 'us-east-1', retry })
        : invokeFetch(ARN, { credentials, endpoint: url, retry });
    const attempts: number[] = [];
    for (const method of ['tools/call', 'tools/list']) {
      const before = connections();
      const failed = fetch(`${url}/`, message(method));
      await expect(failed).rejects.toThrow(ConnectionError);
      await expect(failed).rejects.toThrow(words);
      await expect(failed).rejects.toMatchObject({ maybeSent });
      attempts.push(connections() - before);
    }
    expect(attempts).toEqual([callAttempts, listAttempts]);
  });

  it('is told alike by the command', async () => {
    const { url } = breakers[name] as Breaker;
    const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    for (const target of [[`${url}/`], [ARN, '--endpoint', url]]) {
      const { code, stderr } = await runCli(['tools', ...target], { env });
      expect([code, stderr]).toEqual([5, expect.stringMatching(words)]);
    }
  });
});

it.each([407, 502])('a proxy that answers %i is told, and nothing was sent', async (status) => {
  let asked = 0;
  const proxy = createHttpServer().on('connect', (_, socket) => {
    asked += 1;
    socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
  });
  const { url } = await start(proxy, 'http');
  const program = join(newPath(), '..', `proxy-${status}.mjs`);
  const script = `
    import { sigv4Fetch } from ${JSON.stringify(import.meta.resolve('lambda-mcp/fetch'))};
    const fetch = sigv4Fetch({ credentials: ${JSON.stringify(credentials)}, retry: ${JSON.stringify(retry)} });
    const init = ${JSON.stringify(message('tools/call'))};
    await fetch('https://abc.lambda-url.us-east-1.on.aws/', init).catch((e) => console.log(e.name, e.maybeSent, e.message));`;
  writeFileSync(program, script);
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: url };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  expect(stdout).toMatch(/^ConnectionError false The proxy refused the connection.*Nothing was sent/);
  expect(asked).toBe(status === 407 ? 1 : 3);
});

it('a header that cannot be sent is told, and nothing was sent', async () => {
  const { url, connections } = breakers['reset behind the request'] as Breaker;
  const before = connections();
  const fetch = sigv4Fetch({ credentials, region: 'us-east-1', retry });
  await expect(fetch(`${url}/`, { ...message('tools/call'), headers: { 'x-bad': 'a\u0000b' } })).rejects.toThrow(
    TypeError,
  );
  expect(connections()).toBe(before);
});
