import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthProvider } from '@modelcontextprotocol/client';
import { awsFetch, CredentialsError, TargetError } from 'lambda-mcp/fetch';
import { afterEach, describe, expect, it } from 'vitest';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that takes one token; requests are kept. */
async function start(answer?: (request: IncomingMessage, response: ServerResponse) => boolean) {
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    if (answer?.(request, response)) return;
    const isGood = request.headers.authorization === 'Bearer good-access-token';
    response.writeHead(isGood ? 200 : 401, {
      'content-type': 'application/json',
      ...(!isGood && { 'x-amzn-Remapped-www-authenticate': 'Bearer scope="tools/call"' }),
    });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
}

const CALL = { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}' };

describe('a fetch with auth', () => {
  it('sends the token, and looks for no AWS credentials', async () => {
    const { url, seen } = await start();
    const credentials = async () => {
      throw new Error('nobody may ask');
    };
    const send = awsFetch(url, { auth: { token: async () => 'good-access-token' }, credentials });
    expect((await send(url, { ...CALL, headers: { authorization: 'Bearer another' } })).status).toBe(200);
    expect(seen[0]).toMatchObject({ authorization: 'Bearer good-access-token' });
    expect(Object.keys(seen[0] ?? {}).filter((name) => name.startsWith('x-amz'))).toEqual([]);
  });

  it("leaves the request's own Authorization alone where there is no token, so that an SDK's provider may stand above", async () => {
    const { url, seen } = await start();
    const send = awsFetch(url, { auth: { token: () => undefined } });
    const headers = { authorization: 'Bearer good-access-token' };
    expect((await send(url, { ...CALL, headers })).status).toBe(200);
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer good-access-token']);
    // Still cut out of a refusal, and taken to no other origin.
    const echoing = await start(({ headers: sent }, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(`not ${sent.authorization}`);
      return true;
    });
    expect(await (await send(echoing.url, { ...CALL, headers })).text()).not.toContain('good-access');
    const other = await start();
    const away = await start((_, response) => {
      response.writeHead(307, { location: other.url }).end();
      return true;
    });
    await expect(send(away.url, { ...CALL, headers })).rejects.toThrow('redirects');
    expect(other.seen).toEqual([]);
  });

  it('gets another token after a 401, and sends the call once more', async () => {
    const { url, seen } = await start();
    let token: string | undefined;
    let challenge: string | null = null;
    // The SDK's own type: its providers can be given as they are.
    const auth: AuthProvider = {
      token: async () => token,
      async onUnauthorized({ response, serverUrl, fetchFn }) {
        expect(fetchFn).toBe(fetch);
        challenge = response.headers.get('www-authenticate');
        expect(serverUrl.href).toBe(url);
        token = 'good-access-token';
      },
    };
    expect((await awsFetch(url, { auth })(url, CALL)).status).toBe(200);
    expect(challenge).toBe('Bearer scope="tools/call"');
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer good-access-token']);
  });

  it('answers with the refusal where that helps nothing, or nobody helps', async () => {
    const { url, seen } = await start();
    const response = await awsFetch(url, { auth: { token: () => 'bad-access-token' } })(url, CALL);
    expect([response.status, seen.length]).toEqual([401, 1]);
    expect(response.headers.get('www-authenticate')).toBe('Bearer scope="tools/call"');
    expect(response.url).toBe(url);
    const asked = awsFetch(url, { auth: { token: () => 'bad-access-token', onUnauthorized() {} } });
    expect((await asked(url, CALL)).status).toBe(401);
    expect(seen.length).toBe(3);
    const failing = { token: () => 'bad', onUnauthorized: () => Promise.reject(new Error('nobody signed in')) };
    await expect(awsFetch(url, { auth: failing })(url, CALL)).rejects.toThrow('nobody signed in');
  });

  it('cuts the token out of a refusal', async () => {
    const { url } = await start(({ headers }, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(`not ${headers.authorization}`);
      return true;
    });
    const response = await awsFetch(url, { auth: { token: () => 'secret-access-token' } })(url, CALL);
    const said = await response.text();
    expect(said).toContain('[redacted]');
    expect(said).not.toContain('secret-access');
  });

  it('takes the token to no other origin, and not over http', async () => {
    const other = await start();
    const { url, seen } = await start((_, response) => {
      response.writeHead(307, { location: other.url }).end();
      return true;
    });
    const auth = { token: () => 'good-access-token' };
    await expect(awsFetch(url, { auth })(url, CALL)).rejects.toThrow('redirects');
    expect([seen.length, other.seen.length]).toEqual([1, 0]);
    const clear = 'http://mcp.example.com/';
    await expect(awsFetch(clear, { auth })(clear, CALL)).rejects.toThrow(TargetError);
    expect(() => awsFetch('tools', { auth })).toThrow('Invoke API');
    const broken = awsFetch(url, { auth: { token: () => 'a\nb' } });
    await expect(broken(url, CALL)).rejects.toThrow(CredentialsError);
  });
});
