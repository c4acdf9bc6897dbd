import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { LocalPrincipal } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bareEnvironment, CLI, environmentOf, runCli } from '../support/cli.ts';
import { LINES, type Line } from '../support/clients.ts';
import { startTestLambda, type TestLambda, urlPermissions } from '../support/lambda.ts';
import { modern, startProxy } from '../support/proxy-process.ts';
import { contents, newPath } from '../support/scratch.ts';
import { startStub } from '../support/stub-server.ts';

const MB = 1024 * 1024;
let lambda: TestLambda;
let env: Record<string, string>;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts');
  env = environmentOf(lambda, lambda.agent);
});
afterAll(() => lambda.close());

/** A stock client over stdio. */
async function connectStdio(line: Line, args: string[]) {
  const server = { command: process.execPath, args: [CLI, 'proxy', ...args], env, stderr: 'inherit' as const };
  if (line === 'v1') {
    const client = new ClientV1({ name: 'test', version: '1.0.0' });
    await client.connect(new StdioV1(server));
    return client;
  }
  const mode = line === 'v2, 2026' ? 'auto' : 'legacy';
  const client = new ClientV2({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StdioV2(server));
  return client as unknown as ClientV1;
}

describe.each(LINES.flatMap((line) => (['URL', 'name'] as const).map((target) => [line, target] as const)))(
  'a stock stdio client of %s, by %s',
  (line, target) => {
    let client: ClientV1;
    beforeAll(async () => {
      env = environmentOf(lambda, target === 'URL' ? lambda.agent : lambda.admin);
      client = await connectStdio(line, [target === 'URL' ? lambda.functionUrl : lambda.functionName]);
    });
    afterAll(async () => {
      await client.close();
      env = environmentOf(lambda, lambda.agent);
    });

    const call = async (name: string, args: Record<string, unknown>, options = {}) => {
      const { content } = await (line === 'v1'
        ? client.callTool({ name, arguments: args }, undefined, options)
        : (client as unknown as ClientV2).callTool({ name, arguments: args }, options));
      return (content as { text: string }[]).map((block) => block.text).join('');
    };

    it('lists the tools and calls one', async () => {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
      const said = 'Grüße, 世界 "quoted" \\ and \u2028 \u0001';
      expect(await call('echo', { text: said })).toBe(said);
      if (line !== 'v1') {
        const version = (client as unknown as ClientV2).getNegotiatedProtocolVersion();
        expect(version).toBe(line === 'v2, 2026' ? '2026-07-28' : '2025-11-25');
      }
    });

    it('sees each step of progress while the tool runs', async () => {
      const gate = newPath();
      const seen: number[] = [];
      const onprogress = ({ progress }: { progress: number }) => {
        seen.push(progress);
        writeFileSync(`${gate}.${progress}`, '');
      };
      expect(await call('steps', { count: 3, gate }, { onprogress })).toBe('done');
      expect(seen).toEqual([1, 2, 3]);
    });

    it('can give up a call, and goes on', async () => {
      const file = newPath();
      const controller = new AbortController();
      const waiting = call('wait', { file }, { signal: controller.signal });
      waiting.catch(() => {});
      await expect.poll(() => contents(file), { timeout: 10_000 }).toBe('began;');
      controller.abort();
      await expect(waiting).rejects.toThrow();
      expect(await call('echo', { text: 'still here' })).toBe('still here');
    });

    if (target !== 'URL') return;
    it('carries megabytes both ways, and says what is too much', async () => {
      expect(await call('length', { text: 'a'.repeat(2 * MB) })).toBe(String(2 * MB));
      expect((await call('large', { bytes: 4 * MB })).length).toBe(4 * MB);
      await expect(call('length', { text: 'a'.repeat(7 * MB) })).rejects.toThrow('takes at most 6291456');
    });
  },
);

describe('messages', () => {
  it('pass as they are, both ways: unknown methods, fields and order of keys', async () => {
    const answered =
      '{ "id" : 7, "result":{"x-unknown":[1, 2.50],"n":12345678901234567890},\r\n "jsonrpc":"2.0", "extra":true }';
    await using server = await startStub((_, response) => {
      response.setHeader('content-type', 'application/json').end(answered);
    });
    await using proxy = startProxy([server.url], env);
    const line = '{"id":7, "method":"vendor/thing","zzz":{"b":1,"a":12345678901234567890},"jsonrpc":"2.0"}';
    proxy.send(line);
    await proxy.answer(7);
    expect(server.requests[0]?.body).toBe(line);
    expect(proxy.lines).toEqual([answered.replace('\r\n', ' ')]);
    expect(proxy.stderr()).toBe('');
  });

  it('lead to one HTTP request each: no initialize but the host’s', async () => {
    await using server = await startStub((_, response, body) => {
      const { id } = JSON.parse(body);
      const result = { protocolVersion: '2025-06-18', capabilities: {} };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
    await using proxy = startProxy([server.url], env);
    proxy.send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } });
    proxy.send({ method: 'notifications/initialized' });
    proxy.send({ id: 2, method: 'prompts/list' });
    expect(await proxy.end()).toBe(0);
    const told = server.requests.map(({ body, headers }) => [JSON.parse(body).method, headers['mcp-protocol-version']]);
    expect(told).toEqual([
      ['initialize', undefined],
      ['prompts/list', '2025-06-18'],
    ]);
  });

  it('of 2026-07-28 get the headers that repeat them', async () => {
    await using server = await startStub((_, response, body) => {
      response
        .setHeader('content-type', 'application/json')
        .end(`{"jsonrpc":"2.0","id":${JSON.parse(body).id},"result":{}}`);
    });
    await using proxy = startProxy([server.url, '--header', 'X-Team=a=b'], env);
    await proxy.request('resources/read', modern({ uri: 'note://ü' }));
    await proxy.request('tools/call', modern({ name: 'greet' }));
    const sent = server.requests.map(({ headers }) => headers);
    expect(sent[0]).toMatchObject({ 'mcp-method': 'resources/read', 'mcp-name': '=?base64?bm90ZTovL8O8?=' });
    expect(sent[1]).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'greet',
      'x-team': 'a=b',
      accept: 'application/json, text/event-stream',
    });
  });

  it('that are none are answered', async () => {
    await using proxy = startProxy([lambda.functionUrl], env);
    proxy.send('not JSON');
    expect(await proxy.answer(null)).toMatchObject({ error: { code: -32700 } });
    proxy.send('[{"jsonrpc":"2.0","id":1,"method":"ping"}]');
    await expect.poll(() => proxy.lines.length).toBe(2);
    expect(JSON.parse(proxy.lines[1] ?? '')).toMatchObject({ error: { code: -32600 } });
  });

  it('of a session carry its id, and those of its stream come out', async () => {
    await using server = await startStub((incoming, response, body) => {
      if (incoming.method === 'GET') {
        response.setHeader('content-type', 'text/event-stream');
        return void response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      }
      const { id, method } = JSON.parse(body || '{}');
      if (method === 'initialize') response.setHeader('mcp-session-id', 's-1');
      if (id === undefined) return void response.writeHead(202).end();
      const result = { protocolVersion: '2025-11-25' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
    await using proxy = startProxy([server.url], env);
    await proxy.request('initialize', { protocolVersion: '2025-11-25' });
    proxy.send({ method: 'notifications/initialized' });
    await expect.poll(() => proxy.lines.some((line) => line.includes('list_changed'))).toBe(true);
    await proxy.request('tools/list');
    await proxy.end();
    const told = server.requests.map(({ method, headers }) => [method, headers['mcp-session-id']]);
    expect(told).toEqual([
      ['POST', undefined],
      ['POST', 's-1'],
      ['GET', 's-1'],
      ['POST', 's-1'],
      ['DELETE', 's-1'],
    ]);
  });
});

describe('what goes wrong is answered, so that the host can show it', () => {
  it.each([
    [
      'a refusal',
      () => environmentOf(lambda, lambda.agent),
      { AWS_SECRET_ACCESS_KEY: 'x' },
      'could not verify the signature',
    ],
    ['no credentials', () => ({ ...bareEnvironment, AWS_REGION: 'us-east-1' }), {}, 'without a restart'],
  ])('%s', async (_, environment, changed, message) => {
    await using proxy = startProxy([lambda.functionUrl], { ...environment(), ...changed });
    const { error } = await proxy.request('tools/list');
    expect(error.code).toBe(-32000);
    expect(error.message).toContain(message);
    expect(proxy.stderr()).toBe('');
  });

  it('a permission that is missing', async () => {
    const principals = [{ name: 'newcomer' }];
    await using other = await startTestLambda('servers/v2.ts', { principals });
    await using proxy = startProxy([other.functionUrl], environmentOf(other, other.principals[2] as LocalPrincipal));
    const { error } = await proxy.request('initialize', { protocolVersion: '2025-11-25' });
    expect(error.message).toContain('A caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction');
    expect(error.data).toMatchObject({ status: 403, requestId: expect.any(String) });
  });

  it('a function that dies, a stream that breaks, an address that is wrong', async () => {
    await using proxy = startProxy([lambda.functionUrl, '--retries', '0', '--log-level', 'error'], env);
    const { error } = await proxy.request('tools/call', { name: 'exit', arguments: {} });
    expect(error.message).toMatch(/function failed|ended before the answer/);
    await using nowhere = startProxy(['http://127.0.0.1:1/mcp'], env);
    expect((await nowhere.request('tools/list')).error.message).toContain('Check the target');
  });

  it('an error of the server’s own, with an id that it did not read', async () => {
    await using server = await startStub((_, response) => {
      const body = '{"jsonrpc":"2.0","id":null,"error":{"code":-32099,"message":"not now","data":{"x":1}}}';
      response.writeHead(400, { 'content-type': 'application/json' }).end(body);
    });
    await using proxy = startProxy([server.url], env);
    expect((await proxy.request('tools/list', {}, 'a')).error).toEqual({
      code: -32099,
      message: 'not now',
      data: { x: 1 },
    });
  });

  it('an answer that does not come in time', async () => {
    await using server = await startStub((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': waiting\n\n');
    });
    await using proxy = startProxy([server.url, '--timeout', '0.3'], env);
    expect((await proxy.request('tools/list')).error.message).toMatch(/in time/);
    expect((await proxy.request('tools/call', { name: 'x' })).error.message).toMatch(/in time/);
  });

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--log-level', 'loud']],
    [['a', '--retries', 'x']],
    [['a', '--header', 'Authorization=x']],
    [['a', '--header', 'nothing']],
    [['a', '--http', '--read-onyl']],
  ])('%j is wrong usage', async (args) => {
    expect(await runCli(['proxy', ...args], { env })).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.concurrent('credentials', () => {
  const credentialsOf = ({ accessKeyId, secretAccessKey, sessionToken }: LocalPrincipal) =>
    `[default]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\naws_session_token=${sessionToken}\n`;

  it.each(['URL', 'name'])('are read anew when the session has expired: by %s', async (target) => {
    // The local Lambda looks at it with each request.
    const expiration = new Date(Date.now() + 3_600_000);
    await using local = await startTestLambda('servers/v2.ts', {
      principals: [{ name: 'brief', expiration }],
      permissions: [
        ...urlPermissions('brief'),
        ...['brief', 'agent'].map((name) => ({
          StatementId: `${name}-api`,
          Action: 'lambda:InvokeFunction',
          Principal: `arn:aws:iam::111122223333:role/${name}`,
        })),
      ],
    });
    const file = newPath();
    const environment = {
      ...bareEnvironment,
      AWS_REGION: local.region,
      AWS_ENDPOINT_URL_LAMBDA: local.lambdaEndpoint,
      AWS_SHARED_CREDENTIALS_FILE: file,
    };
    await using proxy = startProxy([target === 'URL' ? local.functionUrl : local.functionName], environment);
    expect((await proxy.request('tools/list')).error.message).toContain('No AWS credentials');
    writeFileSync(file, credentialsOf(local.principals[2] as LocalPrincipal));
    expect((await proxy.request('tools/list')).result.tools).not.toHaveLength(0);
    expiration.setTime(Date.now() - 1);
    expect((await proxy.request('tools/list')).error.message).toMatch(/session has expired.*without a restart/);
    writeFileSync(file, credentialsOf(local.agent));
    const answers = await Promise.all([1, 2, 3].map(() => proxy.request('tools/list')));
    for (const { result } of answers) expect(result.tools).not.toHaveLength(0);
    expect(proxy.stderr()).toBe('');
  });

  it('of a credential_process are asked for anew when AWS no longer knows them', async () => {
    const [config, answer] = [newPath(), newPath()];
    const told = ({ accessKeyId, secretAccessKey, sessionToken }: LocalPrincipal) =>
      JSON.stringify({
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
      });
    writeFileSync(config, `[profile mine]\ncredential_process = cat ${answer}\nregion = ${lambda.region}\n`);
    writeFileSync(answer, told({ ...lambda.agent, sessionToken: 'revoked' }));
    const environment = { ...bareEnvironment, AWS_REGION: lambda.region, AWS_CONFIG_FILE: config };
    await using proxy = startProxy([lambda.functionUrl, '--profile', 'mine'], environment);
    expect((await proxy.request('tools/list')).error.message).toContain('AWS does not know these credentials');
    writeFileSync(answer, told(lambda.agent));
    expect((await proxy.request('tools/list')).result.tools).not.toHaveLength(0);
  });
});

describe('the process', () => {
  it('ends with its input, when all that was asked has been answered', async () => {
    const input = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n{"jsonrpc":"2.0","id":2,"method":"ping"}';
    const { code, stdout, stderr } = await runCli(['proxy', lambda.functionUrl], { env, input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(ids.toSorted()).toEqual([1, 2]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s, quietly', async (signal) => {
    await using proxy = startProxy([lambda.functionUrl], env);
    await proxy.request('ping');
    proxy.child.kill(signal);
    expect(await proxy.end()).toBe(0);
    expect(proxy.stderr()).toBe('');
  });

  it('ends with a host that was killed, though a call still runs', async () => {
    const asked = Promise.withResolvers<void>();
    await using stub = await startStub(() => asked.resolve());
    const program = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ${JSON.stringify([CLI, 'proxy', stub.url])});
      child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}\\n');
      console.log(child.pid);`;
    const host = spawn(process.execPath, ['--eval', program], { env });
    const [pid] = await once(host.stdout, 'data');
    await asked.promise;
    host.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH'), 5000);
  });

  it('tells more on stderr when asked, but no secret', async () => {
    await using proxy = startProxy([lambda.functionUrl, '--log-level', 'debug'], env);
    await proxy.request('tools/call', { name: 'echo', arguments: { text: 'confidential' } });
    expect(proxy.stderr()).toMatch(/→ POST .* tools\/call echo\n.*← 200 .* ms request id /);
    for (const secret of [lambda.agent.secretAccessKey, lambda.agent.sessionToken ?? '', 'confidential']) {
      expect(proxy.stderr()).not.toContain(secret);
    }
  });
});
