import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { describe, expect, it } from 'vitest';
import { type AgentRuntimeOptions, RUNTIME_ARN, startAgentRuntime } from '../support/agent-runtime.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { credentials } from '../support/signed-server.ts';

const called: string[] = [];
const { fetch: server } = createLambdaHandler(() => {
  const mcp = new McpServer({ name: 'tools', version: '1.0.0' });
  mcp.registerTool('greet', {}, async () => {
    called.push('greet');
    return { content: [{ type: 'text', text: 'Hello!' }] };
  });
  return mcp;
});

/** The command, and a runtime that is as the options say. */
async function run(args: string[], options: Partial<AgentRuntimeOptions> = {}) {
  await using runtime = await startAgentRuntime({ server, ...options });
  const env = {
    ...bareEnvironment,
    AWS_ENDPOINT_URL_BEDROCK_AGENTCORE: runtime.origin,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const ended = await runCli(args, { env });
  return { ...ended, qualifiers: runtime.qualifiers };
}

async function doctor(options: Partial<AgentRuntimeOptions> = {}) {
  const { code, stdout, stderr } = await run(['doctor', '--json', RUNTIME_ARN], options);
  expect(stderr).toBe('');
  const checks: { step: string; status: string; detail: string; advice?: string }[] = JSON.parse(stdout).checks;
  return { code, checks: Object.fromEntries(checks.map((check) => [check.step, check])) };
}

describe('the ARN of an agent runtime as a target', () => {
  it('is called by its endpoint', async () => {
    const { code, stdout, qualifiers } = await run(['call', RUNTIME_ARN, 'greet', '--qualifier', 'blue']);
    expect([code, stdout.trim()]).toEqual([0, 'Hello!']);
    expect(new Set(qualifiers)).toEqual(new Set(['blue']));
  });

  const ENDPOINT_ARN = 'arn:aws:lambda:us-east-1:111122223333:web-function/tools/endpoint/prod';
  it.each([
    [RUNTIME_ARN, 'bedrock-agentcore:InvokeAgentRuntime', [RUNTIME_ARN, `${RUNTIME_ARN}/*`]],
    [ENDPOINT_ARN, 'lambda:InvokeWebFunctionEndpoint', ENDPOINT_ARN],
  ])('is granted by the one statement of the caller: %s', async (arn, Action, Resource) => {
    const { code, stdout } = await run(['grant', arn, 'arn:aws:iam::111122223333:role/agent', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      callerPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] },
      warnings: [],
    });
    const other = await run(['grant', arn, '444455556666', '--json']);
    expect(JSON.parse(other.stdout).warnings).toContainEqual(expect.stringContaining('another account'));
    expect(await run(['grant', arn, '444455556666', '--apply'])).toMatchObject({ code: 2 });
  });
});

describe('doctor of an agent runtime', () => {
  it('says that the message headers arrive, and that nobody proves the caller; it calls no tool', async () => {
    called.length = 0;
    const { code, checks } = await doctor();
    expect(code).toBe(0);
    expect(checks.target?.detail).toContain('signed for bedrock-agentcore in us-east-1');
    expect(checks['unsigned request']?.status).toBe('pass');
    expect(checks.protocol?.detail).toContain('2026-07-28 and 2025-11-25');
    expect(checks.protocol?.detail).toContain('Mcp-Method and Mcp-Name arrive');
    expect(checks['proof of caller']).toMatchObject({ status: 'unknown' });
    expect(checks['proof of caller']?.detail).toContain('AgentCore does not tell the server which IAM identity called');
    expect(called).toEqual([]);
  });

  it.each(['mcp-method', 'mcp-name'])('says that %s is lost on the way', async (name) => {
    const { code, checks } = await doctor({ drops: [name] });
    expect(code).toBe(1);
    expect(checks.protocol?.status).toBe('fail');
    expect(checks.protocol?.detail).toContain('do not reach the server');
  });

  it('names the one permission that is missing', async () => {
    const { code, checks } = await doctor({ inbound: 'nobody' });
    expect(code).toBe(4);
    const { detail, advice } = checks['signed request'] ?? {};
    expect(detail).toContain('bedrock-agentcore:InvokeAgentRuntime is missing');
    expect(`${detail} ${advice}`).not.toContain('InvokeFunction');
  });

  it('says that people sign in, where it asks for tokens', async () => {
    const { code, checks } = await doctor({ inbound: 'jwt' });
    expect(code).toBe(4);
    expect(checks['unsigned request']?.detail).toContain('asks people to sign in');
    expect(checks['signed request']?.status).toBe('fail');
  });

  it('says that the server did not start (424)', async () => {
    const failing = async () =>
      new Response(JSON.stringify({ message: 'Runtime health check failed' }), {
        status: 424,
        headers: { 'x-amzn-errortype': 'RuntimeClientError' },
      });
    const { code, checks } = await doctor({ server: failing });
    expect(code).toBe(1);
    expect(checks.protocol?.detail).toContain('did not start (424). AWS says: Runtime health check failed.');
  });
});
