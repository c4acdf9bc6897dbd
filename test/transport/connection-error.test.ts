import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { ConnectionError, CredentialsError, invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainConnectionError } from '../../transport/connection-error.ts';
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
    'reset while TLS is set up': await start(
      createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
      'https',
    ),
    'no HTTP': await start(
      createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n'))),
      'http',
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
  ['closed before TLS is up', /closed before TLS was set up.*Nothing was sent/, false, 3, 3],
  ['reset while TLS is set up', /closed before TLS was set up.*Nothing was sent/, false, 3, 3],
  ['no HTTP', /answer is no HTTP.*may have run.*port/, true, 1, 1],
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

/** Runs a program that calls a tool, behind a proxy, by URL and by Invoke. */
async function callBehindProxy(proxy: string): Promise<string> {
  const program = join(newPath(), '..', `behind-${new URL(proxy).port}.mjs`);
  const options = JSON.stringify({ credentials, retry });
  writeFileSync(
    program,
    `import { awsFetch } from ${JSON.stringify(import.meta.resolve('lambda-mcp/fetch'))};
    const init = ${JSON.stringify(message('tools/call'))};
    for (const target of ['https://abc.lambda-url.us-east-1.on.aws/', '${ARN}']) {
      await awsFetch(target, ${options})('https://abc.lambda-url.us-east-1.on.aws/', init).catch((error) => {
        console.log(error.name, error.maybeSent, error.message);
      });
    }`,
  );
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy };
  return (await promisify(execFile)(process.execPath, [program], { env })).stdout;
}

it.each([407, 502])('a proxy that answers %i is told, without its password, and nothing was sent', async (status) => {
  const asked: (string | undefined)[] = [];
  const proxy = createHttpServer().on('connect', (request, socket) => {
    asked.push(request.url);
    socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
  });
  const { url } = await start(proxy, 'http');
  const told = (await callBehindProxy(url.replace('//', '//me:hidden@'))).trim().split('\n');
  expect(told).toHaveLength(2);
  for (const line of told) {
    expect(line).toMatch(
      new RegExp(`^ConnectionError false The proxy refused the connection with ${status}.*Nothing was sent`),
    );
    expect(line).not.toContain('hidden');
  }
  const hosts = ['abc.lambda-url.us-east-1.on.aws:443', 'lambda.us-east-1.amazonaws.com:443'];
  expect(asked).toEqual(hosts.flatMap((host) => Array(status === 407 ? 1 : 3).fill(host)));
});

it.each(['URL', 'Invoke'])('credentials with a line break are told by %s, and not shown', async (way) => {
  const { url, connections } = breakers['reset behind the request'] as Breaker;
  const before = connections();
  const broken = { ...credentials, sessionToken: 'first\nsecond' };
  const fetch =
    way === 'URL'
      ? sigv4Fetch({ credentials: broken, region: 'us-east-1', retry })
      : invokeFetch(ARN, { credentials: broken, endpoint: url, retry });
  const error = await fetch(`${url}/`, message('tools/call')).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(CredentialsError);
  expect(error.message).toMatch(/`sessionToken` of the option `credentials` holds a line break/);
  expect(inspect(error)).not.toMatch(/first|second/);
  expect(connections()).toBe(before);
});

/** What no socket here can be made to do, as Node tells it. */
it.each([
  [{ code: 'EHOSTUNREACH', syscall: 'connect', address: '10.0.0.1', port: 443 }, /10.0.0.1:443 cannot be.*Nothing was/],
  [{ code: 'EPERM', syscall: 'connect', address: '10.0.0.1', port: 443 }, /10.0.0.1:443 cannot be.*Nothing was/],
  [{ code: 'EHOSTUNREACH', syscall: 'read' }, /may have run/],
  [{ code: 'ETIMEDOUT', syscall: 'connect' }, /No connection was made in time.*Nothing was/],
  [{ code: 'ETIMEDOUT', syscall: 'read' }, /silent for too long.*may have run/],
])('%j is told', (system, words) => {
  const cause = Object.assign(new Error('broken'), system);
  expect(explainConnectionError(new TypeError('fetch failed', { cause }))).toMatchObject({
    name: 'ConnectionError',
    message: expect.stringMatching(words),
  });
});

/** Deno 2.9's own words, which bear no code. */
const DENO = 'error sending request for url (http://abc.example/?secret=1): client error (Connect): ';
it.each([
  [
    `${DENO}tcp connect error: Connection refused (os error 111)`,
    /^Nothing listens at abc.example .*Nothing was/,
    true,
  ],
  [`${DENO}dns error: failed to lookup address information`, /^There is no host abc.example .*Nothing was/, true],
  [`${DENO}invalid peer certificate: UnknownIssuer`, /certificate is not trusted: UnknownIssuer.*Nothing was/, false],
  [`${DENO}something new`, /connection closed before TLS.*Nothing was/, true],
  ['Connection reset by peer (os error 104)', /may have run/, true],
  ['… client error (SendRequest): connection closed before message completed', /may have run/, true],
])('%s is told, though it has no code', (words, told, transient) => {
  expect(explainConnectionError(new TypeError('fetch failed', { cause: new Error(words) }))).toMatchObject({
    name: 'ConnectionError',
    message: expect.stringMatching(told),
    transient,
  });
  expect(String(explainConnectionError(new TypeError('fetch failed', { cause: new Error(words) })))).not.toMatch(
    /secret/,
  );
});

it.each([
  new Error('Network connection lost.'),
  new TypeError('Failed to fetch'),
  new TypeError('NetworkError when attempting to fetch resource.'),
  new TypeError('Load failed'),
])('%s is all that workerd or a browser says', (error) => {
  expect(explainConnectionError(error)).toMatchObject({ code: 'ERR_NETWORK', maybeSent: true, transient: true });
});

it('words that Deno shares with others are a connection’s in an error of fetch only', () => {
  const words = 'connection closed before message completed';
  expect(explainConnectionError(new TypeError(words))).toMatchObject({ name: 'ConnectionError' });
  const others = new Error(words);
  expect(explainConnectionError(others)).toBe(others);
});

it.each([
  { code: 'ENOENT', syscall: 'open' },
  { code: 'EADDRINUSE', syscall: 'listen' },
  { code: 'ENOENT', syscall: 'spawn aws' },
  { code: 'ERR_INVALID_ARG_TYPE' },
])('%j is no failure of a connection', (system) => {
  const error = Object.assign(new Error('other'), system);
  expect(explainConnectionError(error)).toBe(error);
});
