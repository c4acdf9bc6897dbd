import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { startProxy } from '../support/proxy-process.ts';
import { newPath } from '../support/scratch.ts';
import { startStub } from '../support/stub-server.ts';

interface Answer {
  readonly error: { readonly code: number; readonly message: string };
}
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
let lambda: TestLambda;
let env: Record<string, string>;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts');
  env = environmentOf(lambda, lambda.agent);
});
afterAll(() => lambda.close());

describe('--http', () => {
  async function startHttp(...args: string[]) {
    return serveAt(lambda.functionUrl, args);
  }

  async function serveAt(target: string, args: readonly string[] = [], environment = env) {
    const proxy = startProxy([target, '--http', ...args], environment);
    await expect.poll(() => proxy.lines.length, { timeout: 5000 }).toBe(1);
    const url = proxy.lines[0]?.match(/http:\/\/127\.0\.0\.1:\d+\/mcp/g)?.at(-1) ?? '';
    return { proxy, url };
  }

  it.each(['auto', 'legacy'] as const)('serves a stock client, progress and all: %s', async (mode) => {
    const { proxy, url } = await startHttp();
    await using _ = proxy;
    const client = new ClientV2({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    const gate = newPath();
    const onprogress = ({ progress }: { progress: number }) => writeFileSync(`${gate}.${progress}`, '');
    const { content } = await client.callTool({ name: 'steps', arguments: { count: 3, gate } }, { onprogress });
    expect(content).toEqual([{ type: 'text', text: 'done' }]);
    await client.close();
  });

  it('answers no request but from this machine, and none that is no message', async () => {
    const { proxy, url } = await startHttp('--json');
    await using _ = proxy;
    const ask = (headers: Record<string, string>, body = LIST, method = 'POST') =>
      new Promise<[number | undefined, string]>((fulfil) => {
        const call = request(url, { method, headers }, async (response) => {
          fulfil([response.statusCode, await text(response)]);
        });
        call.end(method === 'POST' ? body : undefined);
      });
    const { host } = new URL(url);
    expect(await ask({ host })).toEqual([200, expect.stringContaining('"echo"')]);
    expect(await ask({ host, origin: `http://${host}` })).toEqual([200, expect.anything()]);
    expect(await ask({ host, origin: 'http://localhost:5173' })).toEqual([
      403,
      expect.stringContaining('--allow-origin'),
    ]);
    expect(await ask({ host, 'sec-fetch-site': 'none' })).toEqual([200, expect.anything()]);
    for (const site of ['cross-site', 'same-site']) {
      expect(await ask({ host, 'sec-fetch-site': site }, undefined, 'GET')).toEqual([403, expect.anything()]);
    }
    expect(await ask({ host, origin: 'https://evil.example' })).toEqual([
      403,
      expect.stringContaining('other origins'),
    ]);
    expect(await ask({ host, origin: 'null' })).toEqual([403, expect.anything()]);
    expect(await ask({ host: 'evil.example' })).toEqual([403, expect.stringContaining('Host')]);
    expect(await ask({ host: 'localhost.evil.example:80' })).toEqual([403, expect.anything()]);
    expect(await ask({ host }, 'x')).toEqual([400, expect.stringContaining('-32700')]);
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(new URL('/other', url), { method: 'POST' })).status).toBe(404);
  });

  it('says when the port is taken, and ends on SIGTERM', async () => {
    const { proxy, url } = await startHttp();
    await using _ = proxy;
    const { port } = new URL(url);
    const second = await runCli(['proxy', lambda.functionUrl, '--http', port], { env });
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port} is taken`) });
    proxy.child.kill('SIGTERM');
    expect(await proxy.end()).toBe(0);
  });

  it('lets pages of an origin that is named, and shows them the answer', async () => {
    const { proxy, url } = await startHttp('--allow-origin', 'http://localhost:5173');
    await using _ = proxy;
    const origin = 'http://localhost:5173';
    const asked = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-headers': 'content-type,mcp-protocol-version' },
    });
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type,mcp-protocol-version',
    ]);
    const headers = { origin, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const answered = await fetch(url, { method: 'POST', headers, body: LIST });
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const other = await fetch(url, { method: 'OPTIONS', headers: { origin: 'http://localhost:5174' } });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('asks for a token: one that it prints, or one that was chosen, which it does not', async () => {
    const printed = await startHttp('--http-token', '--json');
    await using _ = printed.proxy;
    const { token } = JSON.parse(printed.proxy.lines[0] ?? '{}');
    const ask = async (url: string, authorization?: string) =>
      (
        await fetch(url, {
          method: 'POST',
          headers: { accept: 'application/json, text/event-stream', ...(authorization && { authorization }) },
          body: LIST,
        })
      ).status;
    expect(await ask(printed.url)).toBe(401);
    expect(await ask(printed.url, `Bearer ${token}x`)).toBe(401);
    expect(await ask(printed.url, `Bearer ${token}`)).toBe(200);
    expect(await ask(printed.url, `bearer ${token}`)).toBe(200);
    const chosen = await serveAt(lambda.functionUrl, ['--http-token'], { ...env, LAMBDA_MCP_HTTP_TOKEN: 'chosen' });
    await using __ = chosen.proxy;
    expect(chosen.proxy.lines[0]).not.toContain('chosen');
    expect(await ask(chosen.url, `Bearer ${token}`)).toBe(401);
    expect(await ask(chosen.url, 'Bearer chosen')).toBe(200);
  });

  describe('answers a refusal of AWS as over stdio, in place of what clients take for a call to sign in', () => {
    const wrong = () => ({ ...env, AWS_SECRET_ACCESS_KEY: 'x' });

    it.each(['auto', 'legacy'] as const)('to a stock client: %s', async (mode) => {
      const { proxy, url } = await serveAt(lambda.functionUrl, [], wrong());
      await using _ = proxy;
      const client = new ClientV2({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
      await expect(client.connect(new StreamableHTTPClientTransport(new URL(url)))).rejects.toThrow(
        'could not verify the signature',
      );
    });

    it('whatever is asked', async () => {
      const { proxy, url } = await serveAt(lambda.functionUrl, [], wrong());
      await using _ = proxy;
      const ask = async (body: object) => {
        const response = await fetch(url, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', ...body }) });
        return [response.status, ((await response.json()) as Answer).error.message];
      };
      const said = expect.stringContaining('could not verify the signature');
      expect(await ask({ id: 1, method: 'tools/list' })).toEqual([200, said]);
      expect(await ask({ id: 1, method: 'server/discover' })).toEqual([200, said]);
    });

    it('but for a probe that would get through another time: a client takes any answer for that of an older server', async () => {
      await using server = await startStub((_, response) => void response.writeHead(429).end());
      const { proxy, url } = await serveAt(server.url, ['--retries', '0']);
      await using _ = proxy;
      const client = new ClientV2({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      await expect(client.connect(new StreamableHTTPClientTransport(new URL(url)))).rejects.toThrow('HTTP 503');
      expect(server.requests).toHaveLength(1);
    });

    it('and what is too large', async () => {
      const { proxy, url } = await startHttp();
      await using _ = proxy;
      const client = new ClientV1({ name: 'test', version: '1.0.0' });
      await client.connect(new HttpV1(new URL(url)) as never);
      const call = client.callTool({ name: 'length', arguments: { text: 'a'.repeat(7 * 1024 * 1024) } });
      await expect(call).rejects.toThrow('takes at most 6291456');
      await client.close();
    });

    it('but not the end of a session, nor what a server says itself', async () => {
      await using server = await startStub(({ headers }, response) => {
        if (headers['mcp-session-id']) return void response.writeHead(404).end('no such session');
        const error = { code: -32020, message: 'Header mismatch' };
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }));
      });
      const { proxy, url } = await serveAt(server.url);
      await using _ = proxy;
      const ask = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers, body: LIST });
      expect((await ask({ 'mcp-session-id': 's' })).status).toBe(404);
      const own = await ask({});
      expect([own.status, ((await own.json()) as Answer).error.code]).toEqual([400, -32020]);
    });
  });
});
