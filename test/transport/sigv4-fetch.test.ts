import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import {
  CredentialsError,
  RedirectError,
  RequestBodyError,
  RequestTooLargeError,
  type RetryOptions,
  type SigV4FetchOptions,
  sigv4Fetch,
  TransportError,
} from 'lambda-mcp/fetch';
import { describe, expect, it, vi } from 'vitest';
import { signingScope } from '../../transport/signing-scope.ts';
import { meddle, type Passing, withHeader } from '../support/meddle.ts';
import { credentials, startSignedServer } from '../support/signed-server.ts';

const region = 'us-east-1';
const signed = (options: Parameters<typeof sigv4Fetch>[0] = {}) => sigv4Fetch({ credentials, region, ...options });
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'count', arguments: {} } };
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const post = (message: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(message),
});
const result = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} });

/** Something on the way that calls the server by another name than its own. */
async function startHop(upstream: string, host: string) {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const passed = request(new URL(url, upstream), { method, headers: { ...headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('what is signed is what is sent', () => {
  it.each([
    ['a query with repeated keys', '/?a=2&a=1&b=&c'],
    ['a query with every kind of escape', '/?q=a+b%20c%2Bd&x=%C3%A9&y=!%27()*~&%F0%9F%98%80=1'],
    ['a query key in other letters', '/?A=1&a=2&X-Amz-Foo=1'],
    ['a query that is not UTF-8', '/?x=%FF&y=%zz'],
    ['an encoded path', '/a%20b/c%2Fd/%C3%A9'],
    ['a path beyond ASCII', '/grüße/世界'],
    ['a path with reserved characters', "/a!b'(c)*d/e;f=g,h:i@j&k+l$m/~n"],
    ['a path with empty and dot segments', '/a//b/./c/../d/'],
    ['a path of nothing but empty segments', '//'],
    ['no path', ''],
  ])('%s', async (_, target) => {
    await using server = await startSignedServer();
    const response = await signed()(`${server.origin}${target}`, post(call));
    expect(response.status).toBe(200);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.refusal).toBeUndefined();
    const sent = new URL(`${server.origin}${server.received[0]?.target}`);
    const meant = new URL(`${server.origin}${target}`);
    expect([...sent.searchParams]).toEqual([...meant.searchParams]);
    expect(sent.pathname).toBe(meant.pathname);
  });

  it.each<[string, () => NonNullable<RequestInit['body']>, string]>([
    ['a string', () => 'grüße 世界', 'grüße 世界'],
    ['a string with a lone surrogate', () => 'a\ud800b', 'a\ufffdb'],
    ['bytes', () => Buffer.from('bytes'), 'bytes'],
    ['part of a buffer', () => new Uint8Array(Buffer.from('xxpartxx')).subarray(2, 6), 'part'],
    ['an ArrayBuffer', () => new Uint8Array([104, 105]).buffer, 'hi'],
    ['a Blob', () => new Blob(['blob']), 'blob'],
    ['form fields', () => new URLSearchParams({ a: 'b c' }), 'a=b+c'],
    ['nothing', () => '', ''],
  ])('%s as body', async (_, body, expected) => {
    await using server = await startSignedServer();
    await signed()(`${server.origin}/`, { method: 'PUT', body: body() });
    expect(server.received[0]?.refusal).toBeUndefined();
    expect(server.received[0]?.body.toString()).toBe(expected);
  });

  it('headers, MCP’s among them', async () => {
    await using server = await startSignedServer();
    const headers = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'x-spaces': '  a   b  ',
      'x-latin': 'é',
      'user-agent': 'test',
      traceparent: '00-1-2-01',
    };
    await signed()(`${server.origin}/`, post(call, headers));
    const [request] = server.received;
    expect(request?.refusal).toBeUndefined();
    const names = /SignedHeaders=([^,]+)/.exec(request?.headers.authorization ?? '')?.[1]?.split(';');
    expect(names).toEqual(
      expect.arrayContaining([
        'content-type',
        'host',
        'mcp-method',
        'mcp-protocol-version',
        'x-amz-content-sha256',
        'x-amz-date',
        'x-amz-security-token',
      ]),
    );
  });

  it('but none that is changed on the way, by a proxy or by whoever traces', async () => {
    const changed = [
      ...['accept', 'cache-control', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip'],
      ...['x-request-id', 'traceparent', 'baggage', 'b3', 'x-b3-traceid', 'sentry-trace', 'x-datadog-trace-id'],
      ...['uber-trace-id', 'x-cloud-trace-context', 'newrelic', 'elastic-apm-traceparent', 'x-dynatrace'],
    ];
    await using server = await startSignedServer();
    const rewrite = (passing: Passing) =>
      changed.reduce((last, name) => withHeader(last, name, (old) => `${old}, 2`), passing);
    const headers = Object.fromEntries(changed.map((name) => [name, '1']));
    await meddle(`${server.origin}/`, rewrite, (url) => signed()(url, post(call, headers)));
    const [request] = server.received;
    expect(request?.refusal).toBeUndefined();
    for (const name of changed) expect(request?.headers[name], name).toBe('1, 2');
  });

  it('and nothing of an earlier signature', async () => {
    await using server = await startSignedServer();
    const stale = { authorization: 'Bearer x', 'x-amz-date': '20200101T000000Z', 'x-amz-security-token': 'old' };
    await signed()(`${server.origin}/`, post(call, stale));
    expect(server.received[0]?.refusal).toBeUndefined();
  });

  it('also without what only Node has, node:crypto and Buffer', async () => {
    const answer = `data: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { greeting: 'grüße' } })}\n\n`;
    await using server = await startSignedServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
    });
    const script = `
      import { registerHooks } from 'node:module';
      const { Buffer } = globalThis;
      process.getBuiltinModule = globalThis.Buffer = undefined;
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier === '@aws-crypto/sha256-js') console.log('the fallback');
          return next(specifier, context);
        },
      });
      const { sigv4Fetch } = await import('lambda-mcp/fetch');
      // Node's own fetch wants it.
      globalThis.Buffer = Buffer;
      const fetch = sigv4Fetch({ credentials: ${JSON.stringify(credentials)}, region: 'us-east-1' });
      const response = await fetch(process.argv[1], { method: 'POST', body: ${JSON.stringify(call)} });
      console.log((await response.text()).trim());`;
    const args = ['--input-type=module', '--eval', script, `${server.origin}/?a=b`];
    const stdout = await new Promise<string>((resolve, reject) =>
      execFile(process.execPath, args, (error, stdout) => (error ? reject(error) : resolve(stdout))),
    );
    expect(stdout).toBe(`the fallback\n${answer.trim()}\n`);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.refusal).toBeUndefined();
  });
});

describe('fetch’s own arguments', () => {
  it('takes a Request, and keeps what it says', async () => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const controller = new AbortController();
    const request = new Request(`${server.origin}/?a=1&a=2`, {
      ...post(call),
      redirect: 'manual',
      signal: controller.signal,
    });
    const response = await signed()(request);
    expect(response.status).toBe(302);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ method: 'POST', target: '/?a=1&a=2', refusal: undefined });
    expect(JSON.parse(String(server.received[0]?.body))).toEqual(call);
  });

  it('lets init go before the Request', async () => {
    await using server = await startSignedServer();
    const request = new Request(`${server.origin}/`, post(call, { 'x-from': 'request' }));
    await signed()(request, { method: 'PUT', body: 'other', headers: { 'x-from': 'init' } });
    expect(server.received[0]).toMatchObject({ method: 'PUT', refusal: undefined });
    expect(server.received[0]?.headers['x-from']).toBe('init');
    expect(String(server.received[0]?.body)).toBe('other');
  });

  it('ends with its signal: before, at the headers, in the body', async () => {
    await using server = await startSignedServer(({ target }, response) => {
      if (target === '/silent') return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
    });
    const aborted = AbortSignal.abort(new Error('given up'));
    await expect(signed()(`${server.origin}/`, { ...post(call), signal: aborted })).rejects.toThrow('given up');
    expect(server.received).toHaveLength(0);

    const early = new AbortController();
    const silent = signed()(`${server.origin}/silent`, { ...post(call), signal: early.signal });
    silent.catch(() => {});
    await expect.poll(() => server.received.length).toBe(1);
    early.abort();
    await expect(silent).rejects.toThrow(/abort/);

    const late = new AbortController();
    const response = await signed()(`${server.origin}/`, { ...post(call), signal: late.signal });
    const text = response.text();
    text.catch(() => {});
    late.abort();
    await expect(text).rejects.toThrow(/abort/);
  });

  it.each<[string, () => unknown]>([
    ['a web stream', () => new Response('x').body],
    ['a Node stream', () => Readable.from(['x'])],
    ['an async iterable', () => ({ async *[Symbol.asyncIterator]() {} })],
  ])('refuses %s as body, and says what to do', async (_, body) => {
    const sending = signed()('http://127.0.0.1:9/', { method: 'POST', body: body() as never, duplex: 'half' });
    await expect(sending).rejects.toThrow(RequestBodyError);
    await expect(sending).rejects.toThrow(/stream.*string or bytes/);
  });
});

describe('what cannot be signed', () => {
  it.each(['X-Amz-Signature', '__proto__'])('a query key %s', async (key) => {
    await using server = await startSignedServer();
    await expect(signed()(`${server.origin}/?${key}=1`, post(call))).rejects.toThrow(key);
    expect(server.received).toHaveLength(0);
  });
});

describe('where a signature may go', () => {
  it('what the host tells', () => {
    const url = new URL('https://abc.lambda-url.us-east-1.on.aws/');
    expect(signingScope(url, {})).toEqual({ service: 'lambda', region: 'us-east-1' });
  });

  it.each(['mcp.example.com', 'abc.lambda-url.us-east-1.on.aws.evil.example'])('%s is not guessed at', (host) => {
    const url = new URL(`https://${host}/`);
    expect(() => signingScope(url, {})).toThrow(expect.objectContaining({ name: 'TargetError' }));
    expect(() => signingScope(url, {})).toThrow(/does not tell.*`service` and `region`/);
  });

  it('what the host that is signed for tells, in whatever case', () => {
    const scope = { service: 'execute-api', region: 'eu-west-1' };
    const url = new URL('https://mcp.example.com/');
    expect(signingScope(url, {}, 'A1B2C3D4E5.Execute-API.eu-west-1.amazonaws.com')).toEqual(scope);
    expect(() => signingScope(new URL('http://127.0.0.1:8080/'), {}, 'internal.example.com')).toThrow(
      /^internal\.example\.com does not tell/,
    );
  });

  it('a host of its own, while another is called', async () => {
    await using server = await startSignedServer(undefined, { region: 'eu-west-1', service: 'execute-api' });
    const name = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
    for (const signingHost of [name, `${name}:8443`]) {
      await using hop = await startHop(server.origin, signingHost);
      await sigv4Fetch({ credentials, signingHost })(`${hop.origin}/prod/mcp`, post(call));
      expect(server.received.at(-1)).toMatchObject({ refusal: undefined, headers: { host: signingHost } });
    }
  });

  it.each(['', 'https://a.example/', 'a b', 'a.example/x'])('no host like %j', (signingHost) => {
    expect(() => sigv4Fetch({ signingHost })).toThrow(/`signingHost` is a host's name/);
  });

  it('what is given goes first', () => {
    const given = { service: 'execute-api', region: 'eu-north-1' };
    expect(signingScope(new URL('https://mcp.example.com/'), given)).toEqual(given);
    expect(signingScope(new URL('https://a.lambda-url.us-east-1.on.aws/'), given)).toEqual(given);
  });

  it.each(['http://example.com/', 'http://10.0.0.1/', 'http://127.evil.example/', 'ftp://127.0.0.1/'])(
    'never %s',
    async (url) => {
      const sending = sigv4Fetch({ credentials, region, service: 'lambda' })(url, post(call));
      await expect(sending).rejects.toThrow(/not https/);
    },
  );

  it('a loopback server of another service and port', async () => {
    await using server = await startSignedServer(undefined, { region: 'eu-central-1', service: 'execute-api' });
    await signed({ region: 'eu-central-1', service: 'execute-api' })(`${server.origin}/`, post(call));
    expect(server.received[0]?.refusal).toBeUndefined();
  });

  it('follows a redirect to the same origin, signed anew', async () => {
    await using server = await startSignedServer(({ target }, response) => {
      if (target === '/') response.writeHead(307, { location: '/next?a=1' });
      response.end();
    });
    expect((await signed()(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received.map(({ target, refusal }) => [target, refusal])).toEqual([
      ['/', undefined],
      ['/next?a=1', undefined],
    ]);
    expect(JSON.parse(String(server.received[1]?.body))).toEqual(call);
  });

  it.each([301, 302, 303, 307, 308])('never follows a %i to another origin', async (status) => {
    await using other = await startSignedServer();
    await using server = await startSignedServer((_, response) => {
      response.writeHead(status, { location: `${other.origin}/steal` }).end();
    });
    await expect(signed()(`${server.origin}/`, post(call))).rejects.toThrow(RedirectError);
    expect(other.received).toHaveLength(0);
  });

  it.each([301, 302, 303])('never follows a %i, which would make it another request', async (status) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(status, { location: '/next?secret=1' }).end();
    });
    const { origin } = server;
    const sending = signed()(`${origin}/`, post(call));
    await expect(sending).rejects.toThrow(`${origin} redirects (${status}) to ${origin}/next. A signed request`);
    expect(server.received).toHaveLength(1);
  });

  it('follows five redirects in a row, and no more', async () => {
    let left = 5;
    await using server = await startSignedServer((_, response) => {
      left -= 1;
      if (left >= 0) response.writeHead(308, { location: `/${left}` });
      response.end();
    });
    expect((await signed()(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received.map(({ target }) => target)).toEqual(['/', '/4', '/3', '/2', '/1', '/0']);
    left = 6;
    const sending = signed()(`${server.origin}/`, post(call));
    await expect(sending).rejects.toThrow(RedirectError);
    await expect(sending).rejects.toThrow(`${server.origin} redirected 5 times.`);
    expect(server.received).toHaveLength(12);
  });

  it.each([300, 304, 307])('leaves a %i to its caller that names no other place', async (status) => {
    await using server = await startSignedServer((_, response) => {
      if (status !== 307) response.setHeader('location', '/next');
      response.writeHead(status).end();
    });
    expect((await signed()(`${server.origin}/`, post(call))).status).toBe(status);
    expect(server.received).toHaveLength(1);
  });

  it('leaves a redirect to its caller that asks for that, or fails', async () => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(307, { location: '/next' }).end();
    });
    expect((await signed()(`${server.origin}/`, { ...post(call), redirect: 'manual' })).status).toBe(307);
    await expect(signed()(`${server.origin}/`, { ...post(call), redirect: 'error' })).rejects.toThrow(RedirectError);
    expect(server.received).toHaveLength(2);
  });
});

describe('what a stateless server would ignore', () => {
  it.each<[string, RequestInit, number]>([
    ['a GET for a stream of messages', { headers: { accept: 'Text/Event-Stream' } }, 405],
    ['a notification', post({ jsonrpc: '2.0', method: 'notifications/initialized' }), 202],
    ['a response', post({ jsonrpc: '2.0', id: 1, result: {} }), 202],
  ])('%s is answered here, and the response says so', async (_, init, status) => {
    await using server = await startSignedServer();
    const response = await signed()(`${server.origin}/`, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('lambda-mcp-answered-by')).toBe('transport');
    expect(await response.text()).toBe('');
    expect(server.received).toHaveLength(0);
  });

  it.each<[string, RequestInit]>([
    ['a GET of anything else', {}],
    ['a GET that resumes a stream', { headers: { accept: 'text/event-stream', 'last-event-id': '7' } }],
    ['a HEAD', { method: 'HEAD' }],
    ['a DELETE without a session', { method: 'DELETE' }],
    ['a POST that is not JSON-RPC', post({ method: 'card', amount: 3 })],
  ])('%s is none of it', async (_, init) => {
    await using server = await startSignedServer();
    const response = await signed()(`${server.origin}/health`, init);
    expect([response.status, response.headers.get('lambda-mcp-answered-by')]).toEqual([200, null]);
    expect(server.received).toHaveLength(1);
  });

  it('is none for a host that does not exist', async () => {
    const fetch = signed({ service: 'lambda', retry: { attempts: 1 } });
    await expect(fetch('https://nowhere.invalid/health')).rejects.toThrow(/no host.*Nothing was sent/s);
  });

  it('is no request with an id that is hard to read, nor JSON of another kind', async () => {
    await using server = await startSignedServer();
    await signed()(`${server.origin}/`, post({ ...list, id: 'x'.repeat(10_000) }));
    await signed()(`${server.origin}/`, post({ ...list, id: null }));
    await signed()(`${server.origin}/`, post({ method: 'card', amount: 3 }));
    expect(server.received).toHaveLength(3);
  });

  it('is sent where there is a session, or where the server is said to keep state', async () => {
    await using server = await startSignedServer((_, response) => void response.writeHead(202).end());
    const session = { 'mcp-session-id': 's' };
    await signed()(`${server.origin}/`, { headers: session });
    await signed()(`${server.origin}/`, { method: 'DELETE', headers: session });
    await signed()(`${server.origin}/`, post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session));
    await signed({ stateless: false })(`${server.origin}/`);
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'POST', 'GET']);
  });
});

describe('a request that is too large', () => {
  it('is not sent, and says its size and the limit', async () => {
    await using server = await startSignedServer();
    const sending = signed()(`${server.origin}/`, { method: 'POST', body: new Uint8Array(6 * 1024 * 1024 + 1) });
    await expect(sending).rejects.toMatchObject({ name: 'RequestTooLargeError', size: 6291457, limit: 6291456 });
    await expect(sending).rejects.toThrow(RequestTooLargeError);
    await expect(sending).rejects.toThrow(TransportError);
    expect(server.received).toHaveLength(0);
    await signed()(`${server.origin}/`, { method: 'POST', body: new Uint8Array(6 * 1024 * 1024) });
    expect(server.received).toHaveLength(1);
  });

  it('is for AWS to refuse at a Web Function, whose limit is not known', async () => {
    await using server = await startSignedServer();
    const body = new Uint8Array(6 * 1024 * 1024 + 1);
    await signed({ signingHost: 'a.b.lambda-web.us-east-1.on.aws' })(`${server.origin}/`, { method: 'POST', body });
    expect(server.received).toHaveLength(1);
  });

  it('is measured in bytes, a text too', async () => {
    await using server = await startSignedServer();
    const text = 'é'.repeat(3 * 1024 * 1024);
    const sending = signed()(`${server.origin}/`, { method: 'POST', body: `${text}.` });
    await expect(sending).rejects.toMatchObject({ name: 'RequestTooLargeError', size: 6291457, limit: 6291456 });
    expect(server.received).toHaveLength(0);
    await signed()(`${server.origin}/`, { method: 'POST', body: text });
    expect(server.received).toMatchObject([{ refusal: undefined, headers: { 'content-length': '6291456' } }]);
  });
});

it('a response keeps its status, headers and URL, whatever is done to its body', async () => {
  await using server = await startSignedServer((_, response) => {
    response.writeHead(201, 'Made', { 'content-type': 'application/json', 'x-own': 'yes' }).end(result);
  });
  for (const message of [call, list]) {
    const { status, statusText, headers, url } = await signed()(`${server.origin}/mcp?a=1`, post(message));
    expect([status, statusText, headers.get('x-own'), url]).toEqual([201, 'Made', 'yes', `${server.origin}/mcp?a=1`]);
  }
});

describe('a response that breaks off', () => {
  const cut = '{"jsonrpc":"2.0","id":1,"res';

  it('of an event stream becomes an error for its request, at once', async () => {
    await using server = await startSignedServer((_, response, socket) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${cut}`);
      setImmediate(() => socket.destroy());
    });
    const text = await (await signed()(`${server.origin}/`, post(call))).text();
    const [, error] = /({"jsonrpc":"2\.0","id":1,"error".*})/.exec(text) ?? [];
    expect(JSON.parse(error ?? '{}')).toMatchObject({ id: 1, error: { code: -32000 } });
    expect(error).toContain('may have run');
  });

  it('of JSON fails, and says that the server may have run the request', async () => {
    await using server = await startSignedServer((_, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(cut);
      setImmediate(() => socket.destroy());
    });
    const response = await signed()(`${server.origin}/`, post(call));
    await expect(response.json()).rejects.toThrow(/may have run/);
    await expect(response.json()).rejects.toThrow(TypeError);
  });

  it.each<[string, (response: ServerResponse, socket: Socket) => void]>([
    ['of JSON', (response, socket) => void response.write(cut, () => socket.destroy())],
    ['of JSON that ends as if it were whole', (response) => void response.end(cut)],
    ['without a byte', (response) => void response.end()],
    [
      'of an event stream',
      (response) => void response.setHeader('content-type', 'text/event-stream').end(`data: ${cut}`),
    ],
    ['as accepted, like a notification', (response) => void response.writeHead(202).end()],
  ])('%s is asked for again when the request only reads', async (_, breakOff) => {
    let broken = 1;
    await using server = await startSignedServer((_, response, socket) => {
      response.setHeader('content-type', 'application/json');
      broken -= 1;
      if (broken >= 0) breakOff(response, socket);
      else response.end(result);
    });
    const fetch = signed({ retry: { attempts: 2, baseDelay: 1 } });
    expect(await (await fetch(`${server.origin}/`, post(list))).json()).toEqual(JSON.parse(result));
    expect(server.received).toHaveLength(2);
    broken = 9;
    const given = await fetch(`${server.origin}/`, post(list))
      .then((response) => response.text())
      .catch(String);
    expect(given).not.toContain('"result"');
    expect(server.received).toHaveLength(4);
  });

  it.each([
    ['broke off', 200, `data: ${cut}`],
    ['was only accepted', 202, ''],
    ['is for no request', 200, 'data: {"jsonrpc":"2.0","id":null,"result":{}}\n\n'],
    ['is an array', 200, `data: [${result}]\n\n`],
  ])(
    'to the probe of a revision is a 502 when it %s: to an error an SDK would go on in the older era',
    async (_, status, body) => {
      await using server = await startSignedServer((_, response) => {
        response.writeHead(status, { 'content-type': 'text/event-stream' }).end(body);
      });
      const fetch = signed({ retry: { attempts: 1 } });
      const discover = await fetch(`${server.origin}/`, post({ ...list, method: 'server/discover' }));
      expect(discover.status).toBe(502);
      expect(await discover.json()).toMatchObject({ message: expect.stringContaining('may have run') });
    },
  );

  it.each([
    '{"jsonrpc":"2.0","id":null,"result":{}}',
    `[${result}]`,
    '{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"no"}}',
  ])('is not asked for again when it was %s', async (data) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${data}\n\n`);
    });
    const text = await (await signed()(`${server.origin}/`, post(list))).text();
    expect(text).toContain('"code":-32000');
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['an empty 202', 202, ''],
    ['the answer to another request', 200, '{"jsonrpc":"2.0","id":2,"result":{}}'],
  ])('%s is an error: the client would wait on', async (_, status, body) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    const response = await signed()(`${server.origin}/`, post(call));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32000 } });
  });

  it.each([
    ['in another id', 'application/json', result.replace('"id":1', '"id":"1"')],
    ['in an array', 'application/json', `[${result}]`],
    ['in a stream that stays open', 'text/event-stream', `data: ${result}\n\n`],
    ['not, but in something else', 'application/json', '{"message":"hi"}'],
  ])('is answered %s, and not asked for again', async (_, type, body) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(200, { 'content-type': type });
      response.write(body);
      if (type === 'application/json') response.end();
    });
    const response = await signed()(`${server.origin}/`, post(list));
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe(body);
    expect(server.received).toHaveLength(1);
  });

  it.each([204, 205])('is none, as a %i has none, and passes as it is', async (status) => {
    await using server = await startSignedServer((_, response) => void response.writeHead(status).end());
    for (const fetch of [signed(), signed({ idleTimeout: 60_000 })]) {
      for (const message of [call, list]) {
        const response = await fetch(`${server.origin}/`, post(message));
        expect([response.status, response.body]).toEqual([status, null]);
      }
    }
    expect(server.received).toHaveLength(4);
  });

  it.each([
    ['the server begins', { 'mcp-session-id': 's' }, {}],
    ['the client has', {}, { 'mcp-session-id': 's' }],
  ])('is left to the client to resume in a session that %s', async (_, ofAnswer, ofRequest) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', ...ofAnswer }).end('id: 1\ndata: \n\n');
    });
    expect(await (await signed()(`${server.origin}/`, post(call, ofRequest))).text()).toBe('id: 1\ndata: \n\n');
  });

  it('is an error where there is no session in which it could be resumed', async () => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: 1\ndata: \n\n');
    });
    expect(await (await signed()(`${server.origin}/`, post(call))).text()).toContain('"code":-32000');
  });
});

it.each([
  ['a call', call, 200, result],
  ['a list', list, 200, result],
  ['what is no message', { a: 1 }, 200, 'text'],
  ['a refusal that repeats the token', call, 403, `{"message":"${credentials.sessionToken}"}`],
  ['the probe of a revision that is throttled', { ...list, method: 'server/discover' }, 429, '{}'],
])('the answer to %s says which URL it came from', async (_, message, status, body) => {
  await using server = await startSignedServer(({ target }, response) => {
    if (target === '/') response.writeHead(307, { location: '/mcp' }).end();
    else response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  for (const options of [{}, { idleTimeout: 60_000 }]) {
    const response = await signed({ ...options, retry: { attempts: 1 } })(`${server.origin}/`, post(message));
    expect(response.url).toBe(`${server.origin}/mcp`);
    expect(await response.text()).not.toContain(credentials.sessionToken);
  }
});

describe('trying again', () => {
  const quick = { baseDelay: 1, maxDelay: 5 };

  /** Answers each request with the next of `statuses`, and 200 when they are used up. */
  function statuses(...given: number[]) {
    return startSignedServer((_, response, socket) => {
      const status = given.shift() ?? 200;
      if (status === 0) return void socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? result : '{}');
    });
  }

  it.each([
    ['a throttled call', call, [429, 429], 3, 200],
    ['a call that may have run', call, [500], 1, 500],
    ['a call whose connection broke', call, [0], 1, 'error'],
    ['a list that failed', list, [502, 503], 3, 200],
    ['a list whose connection broke', list, [0], 2, 200],
    ['a list that is refused', list, [403], 1, 403],
    ['an unknown method that failed', { ...list, method: 'other/method' }, [503], 1, 503],
    ['a call throttled throughout', call, [429, 429, 429], 3, 429],
    ['a list throttled throughout', list, [429, 429, 429], 3, 429],
    ['the probe of a revision throttled throughout', { ...list, method: 'server/discover' }, [429, 429, 429], 3, 503],
  ])('%s', async (_, message, given, sent, outcome) => {
    await using server = await statuses(...given);
    const sending = signed({ retry: quick })(`${server.origin}/`, post(message));
    const status = await sending.then(
      (response) => response.status,
      () => 'error',
    );
    expect(status).toBe(outcome);
    expect(server.received).toHaveLength(sent);
    for (const { refusal } of server.received) expect(refusal).toBeUndefined();
  });

  it.each<[number, string, object, number, number]>([
    [409, 'CodeArtifactUserPendingException', call, 2, 200],
    [409, 'SnapStartNotReadyException', call, 2, 200],
    [409, 'ResourceConflictException:http://internal.amazon.com/', call, 2, 200],
    [409, 'com.amazonaws.bedrockagentcore#RetryableConflictException', call, 2, 200],
    [502, 'ResourceNotReadyException', call, 2, 200],
    [502, 'EC2ThrottledException', call, 2, 200],
    [409, 'ConflictException', call, 1, 409],
    [409, '', list, 1, 409],
    [502, 'Unhandled', call, 1, 502],
    [403, 'ResourceConflictException', call, 1, 403],
  ])('what AWS could not begin with: %i %s', async (status, type, message, sent, outcome) => {
    await using server = await startSignedServer((_, response) => {
      const again = server.received.length === 1;
      if (again && type) response.setHeader('x-amzn-errortype', type);
      response.writeHead(again ? status : 200, { 'content-type': 'application/json' }).end(again ? '{}' : result);
    });
    expect((await signed({ retry: quick })(`${server.origin}/`, post(message))).status).toBe(outcome);
    expect(server.received).toHaveLength(sent);
  });

  it.each([
    [409, 'SnapStartNotReadyException', 503],
    [502, 'ResourceNotReadyException', 502],
    [409, 'ConflictException', 409],
  ])('the probe of a revision, to which the last answer is %i %s', async (status, type, outcome) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(status, { 'x-amzn-errortype': type }).end('{}');
    });
    const probe = post({ ...list, method: 'server/discover' });
    expect((await signed({ retry: quick })(`${server.origin}/`, probe)).status).toBe(outcome);
  });

  it('a call of a tool that is named idempotent', async () => {
    await using server = await statuses(0, 500);
    const fetch = signed({ retry: quick, idempotentTools: ['count'] });
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received).toHaveLength(3);
  });

  it('a call to a port that nobody listens on yet', async () => {
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const sending = signed({ retry: { attempts: 20, baseDelay: 50, maxDelay: 50 } })(
      `http://127.0.0.1:${port}/`,
      post(call),
    );
    const later = createServer((_, response) => response.end(result)).listen(port, '127.0.0.1');
    expect((await sending).status).toBe(200);
    later.closeAllConnections();
    later.close();
  });

  it('never, when it is turned off', async () => {
    await using server = await statuses(429);
    expect((await signed({ retry: { attempts: 1 } })(`${server.origin}/`, post(list))).status).toBe(429);
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, string, RetryOptions]>([
    ['waits no longer than its longest wait, whatever Retry-After says', '1000000', { maxDelay: 5 }],
    ['waits as long as Retry-After says, not as it would itself', '0', { baseDelay: 1e9, maxDelay: 1e9 }],
    ['waits at most its base delay before the first', '', { baseDelay: 5, maxDelay: 1e9 }],
    ['waits no longer than its longest wait without Retry-After', '', { baseDelay: 1e9, maxDelay: 5 }],
    ['leaves a Retry-After alone that is no number of seconds', 'soon', { baseDelay: 5 }],
    ['leaves a Retry-After alone that is less than nothing', '-1', { baseDelay: 5 }],
  ])('%s', async (_, after, retry) => {
    await using server = await startSignedServer((_, response) => {
      const again = server.received.length === 1;
      if (again && after) response.setHeader('retry-after', after);
      response.writeHead(again ? 429 : 200, { 'content-type': 'application/json' }).end(result);
    });
    expect((await signed({ retry })(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, string | undefined, RetryOptions, number[]]>([
    [
      'twice as long each time, up to its longest',
      undefined,
      { attempts: 6, baseDelay: 1, maxDelay: 10 },
      [1, 2, 4, 8, 10],
    ],
    ['200 ms at first, when it is told nothing', undefined, {}, [200, 400]],
    ['as long as Retry-After says', '0.003', { attempts: 2, baseDelay: 1 }, [3]],
    ['5 s at most, when it is told nothing', '6', { attempts: 2 }, [5000]],
  ])('waits %s', async (_, after, retry, expected) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(429, after === undefined ? {} : { 'retry-after': after }).end();
    });
    const waits: unknown[] = [];
    const { setTimeout: timer } = globalThis;
    // The waits are asked for as they are, and are over at once.
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((then: () => void, ms: number) => {
      const isOurs = new Error().stack?.includes('retry.');
      if (isOurs) waits.push(ms);
      return timer(then, isOurs ? 0 : ms);
    }) as typeof setTimeout);
    vi.spyOn(Math, 'random').mockReturnValue(1);
    try {
      expect((await signed({ retry })(`${server.origin}/`, post(call))).status).toBe(429);
    } finally {
      vi.restoreAllMocks();
    }
    expect(waits).toEqual(expected);
  });

  it('not beyond its signal', async () => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(429, { 'retry-after': '60' }).end();
    });
    const controller = new AbortController();
    const retry = { attempts: 9, maxDelay: 60_000 };
    const sending = signed({ retry })(`${server.origin}/`, { ...post(list), signal: controller.signal });
    sending.catch(() => {});
    await expect.poll(() => server.received.length).toBe(1);
    controller.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
    expect(server.received).toHaveLength(1);
  });
});

describe('stale clocks and credentials', () => {
  it.each([10, -10])('a clock that is %i minutes off repairs itself, once', async (minutes) => {
    await using server = await startSignedServer(undefined, { clockOffset: minutes * 60_000 });
    const fetch = signed();
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received.map(({ refusal }) => refusal?.errorType)).toEqual([
      'InvalidSignatureException',
      undefined,
      undefined,
    ]);
  });

  it('a clock that is set right later repairs itself again', async () => {
    await using server = await startSignedServer(undefined, { clockOffset: 10 * 60_000 });
    const fetch = signed();
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    server.setClock(0);
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    expect(server.received).toHaveLength(4);
  });

  it('an expired session is renewed, once', async () => {
    await using server = await startSignedServer(({ headers }, response) => {
      const expired = headers['x-amz-security-token'] === 'old';
      if (expired) response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' });
      response.end(expired ? '{"message":"The security token included in the request is expired"}' : result);
    });
    const asked: unknown[] = [];
    const provider = async (options?: { forceRefresh?: boolean }) => {
      asked.push(options?.forceRefresh);
      return asked.length === 1 ? { ...credentials, sessionToken: 'old' } : credentials;
    };
    const fetch = sigv4Fetch({ credentials: provider, region });
    expect((await fetch(`${server.origin}/`, post(call))).status).toBe(200);
    expect(asked).toEqual([false, true]);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, NonNullable<SigV4FetchOptions['credentials']>]>([
    ['are of no provider', credentials],
    ['come back as they were', async () => ({ ...credentials })],
  ])('a session that has expired is not sent again where its credentials %s', async (_, given) => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' }).end('{"message":"expired"}');
    });
    const response = await sigv4Fetch({ credentials: given, region })(`${server.origin}/`, post(call));
    expect([response.status, await response.text()]).toEqual([403, '{"message":"expired"}']);
    expect(server.received).toHaveLength(1);
  });

  it('any other refusal renews nothing', async () => {
    await using server = await startSignedServer((_, response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{"Message":"no"}');
    });
    const asked: unknown[] = [];
    const provider = async (options?: { forceRefresh?: boolean }) => {
      asked.push(options?.forceRefresh);
      return { ...credentials, sessionToken: `token-${asked.length}` };
    };
    expect((await sigv4Fetch({ credentials: provider, region })(`${server.origin}/`, post(call))).status).toBe(403);
    expect(asked).toEqual([false]);
    expect(server.received).toHaveLength(1);
  });

  it('credentials are asked for once, and again before they expire', async () => {
    await using server = await startSignedServer();
    let asked = 0;
    let lifetime = 60 * 60_000;
    const fetch = sigv4Fetch({
      region,
      credentials: async () => {
        asked += 1;
        return { ...credentials, expiration: new Date(Date.now() + lifetime) };
      },
    });
    await Promise.all([1, 2, 3].map(() => fetch(`${server.origin}/`, post(call))));
    expect(asked).toBe(1);
    lifetime = 60_000;
    const other = sigv4Fetch({
      region,
      credentials: async () => {
        asked += 1;
        return { ...credentials, expiration: new Date(Date.now() + lifetime) };
      },
    });
    await other(`${server.origin}/`, post(call));
    await other(`${server.origin}/`, post(call));
    expect(asked).toBe(3);
  });

  it('are not waited for beyond the signal', async () => {
    const controller = new AbortController();
    const fetch = sigv4Fetch({ credentials: () => new Promise(() => {}), region });
    const sending = fetch('http://127.0.0.1:9/', { ...post(call), signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
  });

  it('are asked for once, though they fail with a system’s code, which is no failure of the network', async () => {
    let asked = 0;
    const provider = async () => {
      asked += 1;
      throw Object.assign(new Error('open /run/credentials'), { code: 'ENOENT', syscall: 'connect' });
    };
    const sending = sigv4Fetch({ credentials: provider, region })('http://127.0.0.1:9/', post(list));
    await expect(sending).rejects.toThrow(CredentialsError);
    expect(asked).toBe(1);
  });

  it.each([{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, { secretAccessKey: 'secret' }, {}])(
    'says so when half of them is missing: %j',
    async (half) => {
      const sending = sigv4Fetch({ credentials: half as never, region })('http://127.0.0.1:9/', post(call));
      await expect(sending).rejects.toThrow(CredentialsError);
      await expect(sending).rejects.toThrow(/have no `(?:accessKeyId|secretAccessKey)` of the option `credentials`/);
    },
  );

  it('says so when there are none', async () => {
    const provider = async () => {
      throw new Error('the vault is closed');
    };
    const sending = sigv4Fetch({ credentials: provider, region })('http://127.0.0.1:9/', post(call));
    await expect(sending).rejects.toThrow(CredentialsError);
    await expect(sending).rejects.toThrow(/^No AWS credentials \(the vault is closed\)\..*AWS_PROFILE/);
  });
});
