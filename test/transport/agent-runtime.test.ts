import { Client } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { McpServer } from '@modelcontextprotocol/server';
import { awsFetch, sigv4Fetch, TargetError } from 'lambda-mcp/fetch';
import { createLambdaHandler } from 'lambda-mcp/server';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { SigV4ClientTransport as SigV4ClientTransportV1 } from 'lambda-mcp/transport/v1';
import { describe, expect, it } from 'vitest';
import { readRuntimeArn, runtimePath } from '../../wire/aws/runtime-arn.ts';
import { RUNTIME_ARN, startAgentRuntime } from '../support/agent-runtime.ts';
import { credentials, startSignedServer } from '../support/signed-server.ts';

const { fetch: server } = createLambdaHandler(() => {
  const mcp = new McpServer({ name: 'tools', version: '1.0.0' });
  mcp.registerTool('greet', {}, async () => ({ content: [{ type: 'text', text: 'Hello!' }] }));
  return mcp;
});
const INFO = { name: 'agent', version: '1.0.0' };
const HELLO = [{ type: 'text', text: 'Hello!' }];

describe('the ARN of an agent runtime', () => {
  it.each([
    [RUNTIME_ARN, undefined, 'us-east-1'],
    [`${RUNTIME_ARN}/runtime-endpoint/blue`, 'blue', 'us-east-1'],
    [RUNTIME_ARN.replace('aws:', 'aws-us-gov:').replace('us-east-1', 'us-gov-west-1'), undefined, 'us-gov-west-1'],
  ])('%s tells its region and endpoint', (arn, qualifier, region) => {
    expect(readRuntimeArn(arn)).toMatchObject({ qualifier, region });
  });

  it.each([
    'arn:aws:lambda:us-east-1:111122223333:function:tools',
    'arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/tools-Ab3dE5fG7h',
    `${RUNTIME_ARN}/runtime-endpoint/`,
    `${RUNTIME_ARN}?x`,
    RUNTIME_ARN.replace('111122223333', '1'),
    'https://bedrock-agentcore.us-east-1.amazonaws.com/',
  ])('%s is none', (text) => expect(readRuntimeArn(text)).toBeUndefined());

  it('is one segment of the path', () => {
    expect(runtimePath({ runtimeArn: RUNTIME_ARN, qualifier: undefined })).toBe(
      '/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A111122223333%3Aruntime%2Ftools-Ab3dE5fG7h/invocations?qualifier=DEFAULT',
    );
  });
});

describe('an agent runtime', () => {
  const options = (endpoint: string) => ({ credentials, endpoint });

  it.each([
    ['v2, 2026-07-28', () => new Client(INFO, { versionNegotiation: { mode: 'auto' } })],
    ['v2, 2025-11-25', () => new Client(INFO)],
  ] as const)('serves the client of %s by its ARN, in one session', async (_name, newClient) => {
    await using runtime = await startAgentRuntime({ server });
    const client = newClient();
    await client.connect(new SigV4ClientTransport(RUNTIME_ARN, options(runtime.origin)));
    expect((await client.callTool({ name: 'greet', arguments: {} })).content).toEqual(HELLO);
    await client.listTools();
    await client.close();
    const named = runtime.sessions.filter((id) => id !== undefined);
    expect(named.length).toBeGreaterThanOrEqual(2);
    expect(new Set(named).size).toBe(1);
    expect(new Set(runtime.qualifiers)).toEqual(new Set(['DEFAULT']));
  });

  it('serves the client of v1', async () => {
    await using runtime = await startAgentRuntime({ server });
    const client = new ClientV1(INFO);
    const transport = new SigV4ClientTransportV1(RUNTIME_ARN, options(runtime.origin));
    await client.connect(transport as never);
    expect((await client.callTool({ name: 'greet', arguments: {} })).content).toEqual(HELLO);
    await client.close();
  });

  const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const post = (message: object, headers: Record<string, string> = {}) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(message),
  });

  it('is reached by awsFetch whatever the URL is, as a URL or in a Request', async () => {
    await using runtime = await startAgentRuntime({ server });
    const reach = awsFetch(`${RUNTIME_ARN}/runtime-endpoint/blue`, options(runtime.origin));
    expect((await reach('https://example.com/anything', post(LIST))).status).toBe(200);
    expect((await reach(new Request('https://example.com/', post(LIST)))).status).toBe(200);
    expect(runtime.qualifiers).toEqual(['blue', 'blue']);
  });

  it('is refused by an endpoint that is none', () => {
    expect(() => awsFetch(RUNTIME_ARN, options('localhost:8000'))).toThrow(TargetError);
  });

  it('keeps the session that the client names, and none is named for initialize', async () => {
    await using runtime = await startAgentRuntime({ server });
    const reach = awsFetch(RUNTIME_ARN, options(runtime.origin));
    const own = 'a-session-of-the-clients-own-choosing';
    await reach('https://x/', post(LIST, { 'mcp-session-id': own }));
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO };
    await reach('https://x/', post({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
    expect(runtime.sessions).toEqual([own, undefined]);
  });

  it('begins another session once one has ended', async () => {
    let status = 404;
    await using runtime = await startAgentRuntime({ server: async () => new Response('{}', { status }) });
    const reach = awsFetch(RUNTIME_ARN, options(runtime.origin));
    expect((await reach('https://x/', post(LIST))).status).toBe(404);
    status = 200;
    for (let i = 0; i < 2; i += 1) await reach('https://x/', post(LIST));
    const [ended, next, same] = runtime.sessions;
    expect(next).toBe(same);
    expect(next).not.toBe(ended);
  });

  it('is no other server: to those nothing names a session', async () => {
    await using other = await startSignedServer(undefined, { service: 'bedrock-agentcore' });
    const reach = sigv4Fetch({ credentials, region: 'us-east-1', service: 'bedrock-agentcore' });
    await reach(`${other.origin}/mcp`, post(LIST));
    expect(other.received[0]).toMatchObject({ refusal: undefined });
    expect(other.received[0]?.headers).not.toHaveProperty('mcp-session-id');
  });
});
