import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionUrlEvent } from '../../wire/event.ts';
import { send } from '../live/send.ts';
import { allOfLambda, startTestLambda, type TestLambda } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';

const MB = 1024 * 1024;

let lambda: TestLambda;
beforeAll(async () => {
  lambda = await startTestLambda('servers/answers.ts', { concurrency: 2 });
});
afterAll(() => lambda.close());

function get(path: string, init: RequestInit = {}): Promise<Response> {
  const { agent: credentials, region, functionUrl } = lambda;
  const fetch = sigv4Fetch({ credentials, region, stateless: false, retry: { attempts: 1 } });
  return fetch(new URL(path, functionUrl), init);
}

const prelude = (value: object) => `/prelude/${encodeURIComponent(JSON.stringify(value))}`;

describe('a function of another partition', () => {
  it('has the ARNs and the domain name of its partition', async () => {
    const entry = fileURLToPath(new URL('../fixtures/servers/event-echo.ts', import.meta.url));
    const principals = [{ name: 'agent', policies: [allOfLambda] }];
    await using china = await startLocalLambda({ entry, region: 'cn-north-1', principals });
    const { region, functionArn, functionUrl } = china;
    expect(functionArn).toBe('arn:aws-cn:lambda:cn-north-1:111122223333:function:mcp-server');
    const [{ arn, ...credentials }] = china.principals as [LocalPrincipal];
    expect(arn).toBe('arn:aws-cn:iam::111122223333:role/agent');
    const response = await sigv4Fetch({ credentials, region })(functionUrl, { method: 'POST' });
    expect(((await response.json()) as FunctionUrlEvent).requestContext).toMatchObject({
      domainName: expect.stringMatching(/^\w+\.lambda-url\.cn-north-1\.on\.amazonwebservices\.com\.cn$/),
      authorizer: { iam: { userArn: 'arn:aws-cn:sts::111122223333:assumed-role/agent/local' } },
    });
  });
});

describe('the local function URL', () => {
  it('gives status, headers and cookies of the prelude', async () => {
    const response = await get(
      prelude({ statusCode: 418, headers: { 'x-a': 'b', 'content-type': 'text/plain' }, cookies: ['a=1', 'b=2'] }),
    );
    expect(response.status).toBe(418);
    expect(response.headers.get('x-a')).toBe('b');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-amzn-trace-id')).toMatch(/^Root=1-/);
    expect(await response.text()).toBe('body');
  });

  it('renames www-authenticate, and drops what describes the connection', async () => {
    const headers = { 'www-authenticate': 'Bearer', 'content-length': '1', connection: 'close' };
    const response = await get(prelude({ statusCode: 401, headers }));
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(await response.text()).toBe('body');
  });

  it('loses the prelude of a response that ends without a write, as the runtime does', async () => {
    const response = await get('/empty');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('answers 502 to a response whose first write is its end, as the runtime does', async () => {
    expect((await get('/only-end')).status).toBe(502);
  });

  it.each([
    ['/raw', 'application/octet-stream', 'raw'],
    ['/text', 'text/plain', 'text'],
  ])('gives %s as it is, as %s', async (path, contentType, body) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe(body);
  });

  it('answers 502 to a failure, and keeps what failed to itself', async () => {
    const response = await get('/throw');
    expect(response.status).toBe(502);
    expect(await response.text()).toBe('Internal Server Error');
    expect(readFileSync(lambda.logFile, 'utf8')).toContain('a secret of the server');
  });

  it('answers 502 to a prelude that is none', async () => {
    expect((await get(prelude({ statusCode: 'x' }))).status).toBe(502);
  });

  it('cuts a stream that fails midway', async () => {
    const file = newPath();
    const response = await get(`/cut/${encodeURIComponent(file)}`);
    expect(response.status).toBe(200);
    writeFileSync(file, '');
    await expect(response.text()).rejects.toThrow();
  });

  it('streams up to 200 MB, and no further', async () => {
    expect(await size(await get(`/bytes/${200 * MB}`))).toBe(200 * MB);
    await expect(get(`/bytes/${200 * MB + 1}`).then(size)).rejects.toThrow();
  });

  it('takes a body of 6 MB, and answers 413 to more', async () => {
    expect((await get('/raw', { method: 'POST', body: new Uint8Array(6 * MB) })).status).toBe(200);
    const { functionUrl } = lambda;
    const response = await fetch(functionUrl, { method: 'POST', body: new Uint8Array(6 * MB + 1) });
    expect(response.status).toBe(413);
    expect(response.headers.get('x-amzn-errortype')).toBe('RequestTooLargeException');
  });

  it('answers 429 when every environment is busy', async () => {
    const file = newPath();
    const busy = await Promise.all([1, 2].map(() => get(`/finish/${encodeURIComponent(file)}`)));
    const { functionUrl: url, region, agent: as } = lambda;
    const { status, headers, body } = await send({ url, region, as });
    expect(status).toBe(429);
    expect(headers['x-amzn-errortype']).toBe('TooManyRequestsException');
    expect(JSON.parse(body)).toMatchObject({ message: 'Rate Exceeded.', Type: 'User' });
    writeFileSync(file, '');
    expect(await Promise.all(busy.map((response) => response.text()))).toEqual(['begundone', 'begundone']);
  });

  it('lets a function run on when its caller has gone', async () => {
    const file = newPath();
    const controller = new AbortController();
    const response = await get(`/outlive/${encodeURIComponent(file)}`, { signal: controller.signal });
    expect(response.status).toBe(200);
    controller.abort();
    writeFileSync(file, '');
    await expect.poll(() => existsSync(`${file}.seen`), { timeout: 5000 }).toBe(true);
    expect((await get('/raw')).status).toBe(200);
  });
});

async function size(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.byteLength;
  return bytes;
}
