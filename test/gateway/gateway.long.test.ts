import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { awsFetch } from 'lambda-mcp/fetch';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { gatewayTools } from 'lambda-mcp/server';
import { gatewayTools as gatewayToolsV1 } from 'lambda-mcp/server/v1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeServer, makeServerV1 } from '../fixtures/gateway/make-server.ts';
import { startGateway } from '../support/gateway.ts';
import { lambdaTarget, mcpServerTarget } from '../support/gateway-targets.ts';
import { ACCOUNT, allOfLambda, urlPermissions } from '../support/lambda.ts';
import { credentials, type SignedServer } from '../support/signed-server.ts';

const region = 'us-east-1';
const ROLE = 'gateway';
const closing: AsyncDisposable[] = [];
afterAll(async () => {
  for (const each of closing.reverse()) await each[Symbol.asyncDispose]();
});

/** A function that the gateway's role alone may call. */
async function start(
  file: string,
  options: { exportName?: string; timeout?: number } = {},
  via: 'url' | 'invoke' = 'url',
) {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`../fixtures/gateway/${file}`, import.meta.url)),
    principals: [{ name: ROLE, ...(via === 'invoke' && { policies: [allOfLambda] }) }],
    permissions: via === 'url' ? urlPermissions(ROLE) : [],
    report: () => {},
    ...options,
  });
  closing.push(lambda);
  return { ...lambda, role: lambda.principals[0] as LocalPrincipal };
}

const optionsOf = (lambda: { role: LocalPrincipal }, name: string) => ({
  ...{ name, role: lambda.role, region },
  allowedRequestHeaders: ['x-end-user'],
});

const CLIENTS: Record<string, (url: URL, headers?: Record<string, string>) => Promise<ClientV1 | ClientV2>> = {
  v1: async (url, headers) => {
    const client = new ClientV1({ name: 'c', version: '1' });
    await client.connect(new HttpV1(url, { fetch: signed, ...(headers && { requestInit: { headers } }) }) as never);
    return client;
  },
  'v2, 2025': (url, headers) => connectV2(url, 'legacy', headers),
  'v2, 2026': (url, headers) => connectV2(url, 'auto', headers),
};
const signed = awsFetch('http://127.0.0.1/', {
  credentials,
  region,
  service: 'bedrock-agentcore',
  retry: { attempts: 1 },
});

async function connectV2(url: URL, mode: 'legacy' | 'auto', headers?: Record<string, string>) {
  const client = new ClientV2({ name: 'c', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new HttpV2(url, { fetch: signed, ...(headers && { requestInit: { headers } }) }));
  return client;
}

const TREE = { root: { value: 1, children: [{ value: 2, children: [{ value: 3 }] }] } };
const FOUND = { colour: 'red', size: 3 };
const linesOf = ({ logFile }: Pick<LocalLambda, 'logFile'>) =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"method":"tools/call"'))
    .map((line) => JSON.parse(line));
const textOf = (result: object) => (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe('a gateway whose sync finds references', () => {
  it('takes no tool of the server', async () => {
    const lambda = await start('server.ts', { exportName: 'withReferences' });
    await expect(mcpServerTarget(lambda.functionUrl, optionsOf(lambda, 'mcp'))).rejects.toThrow('the tool tree');
  });
});

describe.each(['', '-v1'])('through a gateway to server%s', (suffix) => {
  let gateway: SignedServer;
  let mcp: Awaited<ReturnType<typeof start>>;
  let plain: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    mcp = await start(`server${suffix}.ts`);
    plain = await start(`target${suffix}.ts`, { timeout: 3000 }, 'invoke');
    const declared = await (suffix ? gatewayToolsV1(makeServerV1) : gatewayTools(makeServer));
    gateway = await startGateway([
      await mcpServerTarget(mcp.functionUrl, optionsOf(mcp, 'mcp')),
      ...(['custom', 'Custom'] as const).map((key) =>
        lambdaTarget(
          { endpoint: plain.lambdaEndpoint, functionName: plain.functionName },
          declared as never,
          optionsOf(plain, key === 'custom' ? 'plain' : 'upper-case'),
          key,
        ),
      ),
    ]);
    closing.push(gateway);
  });

  describe.each(Object.keys(CLIENTS))('a client of %s', (line) => {
    const connect = (headers?: Record<string, string>) =>
      (CLIENTS[line] as (typeof CLIENTS)[string])(new URL(`${gateway.origin}/mcp`), headers);

    // Whether the gateway translates 2026-07-28 for a server that does not speak it, nobody says.
    const speaksIt = suffix === '' || line !== 'v2, 2026';
    it.runIf(speaksIt)(
      'lists and calls the tools of a server behind its URL, and is told who called for whom',
      async () => {
        const client = await connect({ 'x-end-user': 'ada', 'x-other': 'dropped' });
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toContain('mcp___tree');
        expect(textOf(await client.callTool({ name: 'mcp___tree', arguments: TREE }))).toBe('6');
        const found = await client.callTool({ name: 'mcp___find', arguments: FOUND });
        expect(found.structuredContent).toEqual(FOUND);
        const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}`;
        const who = JSON.parse(textOf(await client.callTool({ name: 'mcp___whoami' })));
        expect(who).toEqual({ caller: expect.stringContaining(arn), endUser: 'ada', header: 'ada' });
        await client.close();
        expect(linesOf(mcp).at(-1)).toMatchObject({
          caller: who.caller,
          endUser: 'ada',
          tool: 'whoami',
          outcome: 'ok',
        });
      },
    );

    it.each(['plain', 'upper-case'])('calls those of the Lambda target %s, each kind of result', async (target) => {
      const client = await connect({ 'x-end-user': 'ada' });
      const call = async (name: string, args: Record<string, unknown> = {}) =>
        JSON.parse(textOf(await client.callTool({ name: `${target}___${name}`, arguments: args })));
      expect(await call('tree', TREE)).toBe('6');
      expect(await call('picture')).toEqual({
        content: [
          { type: 'text', text: 'Here:' },
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
        ],
      });
      const error = (text: unknown) => ({ isError: true, content: [{ type: 'text', text }] });
      expect(await call('fail')).toEqual(error('no such thing'));
      expect(await call('tree', { root: 'none' })).toEqual(error(expect.stringContaining('root')));
      expect(await call('nowhere')).toEqual(error(expect.stringContaining('nowhere')));
      expect(await call('huge')).toEqual(error(expect.stringMatching(/^The result has \d+ bytes/)));
      // Whoever may invoke the function could write that header: it is shown, and nobody is taken at it.
      expect(JSON.parse(await call('whoami'))).toEqual({ header: 'ada' });
      await client.close();
      expect(linesOf(plain).at(-1)).toMatchObject({ caller: 'unverified', tool: 'whoami', outcome: 'ok' });
    });
  });

  it('gives what a Lambda target has a schema for as it is', async () => {
    const client = new ClientV1({ name: 'c', version: '1' });
    await client.connect(new HttpV1(new URL(`${gateway.origin}/mcp`), { fetch: signed }) as never);
    const found = await client.callTool({ name: 'plain___find', arguments: FOUND });
    expect(JSON.parse(textOf(found))).toEqual(FOUND);
    await client.close();
  });

  it('tells of a Lambda target whose time is up', async () => {
    const client = await connectV2(new URL(`${gateway.origin}/mcp`), 'legacy');
    const said = JSON.parse(textOf(await client.callTool({ name: 'plain___slow' })));
    expect(said).toEqual({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('was stopped after') }],
    });
    expect(linesOf(plain).at(-1)).toMatchObject({ tool: 'slow', outcome: 'timeout' });
    await client.close();
  });
});

it('lets in nobody whose signature is for another service', async () => {
  const gateway = await startGateway([]);
  closing.push(gateway);
  const fetch = awsFetch(gateway.origin, { credentials, region, retry: { attempts: 1 } });
  const response = await fetch(`${gateway.origin}/mcp`, { method: 'POST', body: '{}' }).catch((error) => error);
  expect(response.status).toBe(403);
});
