import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, type Ended, environmentOf, runCli } from '../support/cli.ts';
import { ACCOUNT, allOfLambda, startTestLambda, type TestLambda, urlPermissions } from '../support/lambda.ts';

type Env = Record<string, string>;
interface Check {
  readonly step: string;
  readonly status: string;
  readonly detail: string;
  readonly advice?: string;
}
interface Report extends Ended {
  readonly checks: Record<string, Check>;
  readonly latency?: { firstMs: number; medianMs: number; slowestMs: number };
}

const STEPS =
  'target,proxy,credentials,identity,dns,tls,unsigned request,clock,signed request,protocol,tools,proof of caller,latency';
const CREDENTIALS: Env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };

// Inside the project, where `lambda-mcp` can be found; hidden, so that nothing else looks at it.
mkdirSync('.lambda-mcp', { recursive: true });
const folder = mkdtempSync(resolve('.lambda-mcp/doctor-'));
let sources = 0;

let lambda: TestLambda;
const closing: (() => Promise<unknown>)[] = [];
const as = (name: string): Env => {
  const principal = lambda.principals.find((each) => each.name === name) as LocalPrincipal;
  return environmentOf(lambda, principal);
};

beforeAll(async () => {
  const [urlOnly] = urlPermissions('url-only');
  const [reader] = urlPermissions('reader');
  lambda = await startTestLambda('servers/v2.ts', {
    principals: [
      { name: 'url-only' },
      { name: 'stranger', accountId: '444455556666', policies: [allOfLambda] },
      { name: 'expired', expiration: new Date(Date.now() - 60_000) },
      {
        name: 'reader',
        policies: [
          { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:GetPolicy', Resource: '*' }] },
        ],
      },
    ],
    permissions: [urlOnly, reader].flatMap((statement) => (statement ? [statement] : [])),
  });
  closing.push(() => lambda.close());
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(closing.map((close) => close()));
});

/** Runs it for programs, and checks what holds of every run. */
async function doctor(env: Env, ...args: string[]): Promise<Report> {
  const ended = await runCli(['doctor', '--json', ...args], { env: { ...bareEnvironment, ...env } });
  expect(ended.stderr).toBe('');
  expect(ended.stdout.trim().split('\n')).toHaveLength(1);
  for (const secret of [env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN]) {
    if (secret) expect(ended.stdout).not.toContain(secret);
  }
  const { checks, latency, exitCode, ok } = JSON.parse(ended.stdout);
  expect(checks.map(({ step }: Check) => step).join()).toBe(STEPS);
  expect(exitCode).toBe(ended.code);
  expect(ok).toBe(ended.code === 0);
  return { ...ended, checks: Object.fromEntries(checks.map((check: Check) => [check.step, check])), latency };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A local Lambda of a server's source. */
function startServer(source: string) {
  sources += 1;
  const entry = join(folder, `${sources}.mjs`);
  writeFileSync(entry, source);
  return startLocalLambda({
    entry,
    principals: [{ name: 'agent' }, { name: 'admin', policies: [allOfLambda] }],
    permissions: urlPermissions('agent'),
    report: () => {},
  });
}

describe('a caller that is let in', () => {
  it('passes every step by the URL', async () => {
    const { code, checks, latency } = await doctor(as('agent'), lambda.functionUrl);
    expect(code).toBe(0);
    expect(checks['unsigned request']?.detail).toContain('refused (403)');
    expect(checks['signed request']).toMatchObject({ status: 'pass' });
    expect(checks.protocol?.detail).toContain('2026-07-28 and 2025-11-25');
    expect(checks.tools?.detail).toContain('echo');
    expect(checks.credentials?.detail).toContain('from environment variables');
    // The local Lambda has no STS: unknown, and no failure.
    expect(checks.identity?.status).toBe('unknown');
    expect(Object.values(latency ?? {}).every((duration) => duration >= 0)).toBe(true);
    expect(Object.keys(latency ?? {})).toEqual(['firstMs', 'medianMs', 'slowestMs']);
  });

  it('passes by the Invoke API, which proves no caller to the server', async () => {
    const { code, checks } = await doctor(as('admin'), lambda.functionName);
    expect(code).toBe(0);
    expect(checks['proof of caller']).toMatchObject({ status: 'unknown' });
    expect(checks.tools?.status).toBe('pass');
  });

  it('is told so in words, without colour in a pipe', async () => {
    const { code, stdout } = await runCli(['doctor', lambda.functionUrl], { env: as('agent') });
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => /^(?:pass|unknown) /.test(line))).toHaveLength(13);
    expect(stdout).toMatch(/Nothing failed\.\n$/);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('credentials', () => {
  it('are missing: the rest is looked at all the same', async () => {
    const env = { AWS_REGION: 'us-east-1' };
    const { code, checks } = await doctor(env, lambda.functionUrl);
    expect(code).toBe(3);
    expect(checks.credentials?.detail).toContain('No AWS credentials');
    expect(checks.credentials?.advice).toContain('aws sso login');
    expect(checks['unsigned request']?.status).toBe('pass');
    expect(checks['signed request']).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('credentials'),
    });
  });

  it('have expired, as AWS says', async () => {
    const { code, checks } = await doctor(as('expired'), lambda.functionUrl);
    expect(code).toBe(3);
    expect(checks['signed request']?.detail).toContain('session has expired');
  });

  it('have expired, as they say themselves', async () => {
    const env = { ...as('agent'), AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z' };
    const { code, checks } = await doctor(env, lambda.functionUrl);
    expect(code).toBe(3);
    expect(checks.credentials?.detail).toContain('expired');
  });

  it.each<[string, Env, RegExp]>([
    ['lack the token', { AWS_SESSION_TOKEN: '' }, /session token is missing/],
    ['have one too many', { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, /belongs to another/],
    ['are swapped', { AWS_ACCESS_KEY_ID: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }, /does not look like one/],
  ])('%s', async (_, changed, said) => {
    const { code, checks, stdout } = await doctor({ ...as('agent'), ...changed }, lambda.functionUrl);
    expect(code).toBe(3);
    expect(checks.credentials?.detail).toMatch(said);
    expect(stdout).not.toContain('wJalrXUtnFEMI');
  });

  it('have a wrong secret', async () => {
    const { code, checks } = await doctor({ ...as('agent'), AWS_SECRET_ACCESS_KEY: 'wrong' }, lambda.functionUrl);
    expect(code).toBe(4);
    expect(checks['signed request']?.detail).toContain('secret access key');
  });

  it('are not known to AWS', async () => {
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, lambda.functionUrl);
    expect(code).toBe(3);
    expect(checks['signed request']?.detail).toContain('does not know these credentials');
  });
});

describe('a refusal', () => {
  it('for the wrong region', async () => {
    const { code, checks } = await doctor(as('agent'), lambda.functionUrl, '--region', 'eu-west-1');
    expect(code).toBe(4);
    expect(checks['signed request']?.detail).toContain('--region');
  });

  it.each(['url-only', 'stranger'])('of %s names both permissions when the policy is out of reach', async (name) => {
    const { code, checks } = await doctor(as(name), lambda.functionUrl);
    expect(code).toBe(4);
    expect(checks['signed request']?.detail).toContain('both lambda:InvokeFunctionUrl and lambda:InvokeFunction');
    expect(checks['signed request']?.advice).toContain('lambda-mcp grant');
  });

  it('names half grants from the policy, when it is not known who calls', async () => {
    const { checks } = await doctor(as('reader'), lambda.functionUrl, '--function', lambda.functionName);
    expect(checks['signed request']?.detail).toContain('role/url-only lacks lambda:InvokeFunction');
  });

  it('names the missing permission from the policy, when STS tells who calls', async () => {
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/local`;
    const sts = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: arn } } }));
    });
    const env = { ...as('reader'), AWS_ENDPOINT_URL_STS: sts };
    const { code, checks } = await doctor(env, lambda.functionUrl, '--function', lambda.functionName);
    expect(code).toBe(4);
    expect(checks.identity).toMatchObject({ status: 'pass', detail: arn });
    expect(checks['signed request']).toMatchObject({
      detail: expect.stringContaining('lambda:InvokeFunction is missing'),
      advice: expect.stringContaining(`grant mcp-server arn:aws:iam::${ACCOUNT}:role/reader --apply`),
    });
  });

  it('by the Invoke API names who was refused what', async () => {
    const { code, checks } = await doctor(as('agent'), lambda.functionArn);
    expect(code).toBe(4);
    expect(checks['signed request']?.advice).toContain(`arn:aws:iam::${ACCOUNT}:role/agent --via invoke`);
  });
});

describe('a target', () => {
  it.each<[string, number, string]>([
    ['https://abc.lambda-url.us-east-1.on.aw/', 2, 'target'],
    ['http://abc.lambda-url.us-east-1.on.aws/', 2, 'target'],
    ['https://', 2, 'target'],
    ['not a function', 2, 'target'],
    ['http://127.0.0.1:1/', 5, 'unsigned request'],
  ])('%s ends with %i at: %s', async (target, exitCode, step) => {
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, target);
    expect(code).toBe(exitCode);
    expect(checks[step]?.status).toBe('fail');
    expect(checks['signed request']?.status).toBe('unknown');
  });

  it('that DNS does not know is not reached', async () => {
    const args = ['https://no-such-host.invalid/', '--region', 'us-east-1', '--service', 'lambda'];
    // Loopback stands in for STS, which is not to be asked from a test.
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, ...args);
    expect(code).toBe(5);
    expect(checks.dns?.status).toBe('fail');
  });

  it('that speaks no TLS is not reached', async () => {
    const plain = await serve((_, response) => response.end());
    const { code, checks } = await doctor(
      { ...CREDENTIALS, AWS_REGION: 'us-east-1' },
      plain.replace('http:', 'https:'),
    );
    expect(code).toBe(5);
    expect(checks.tls?.status).toBe('fail');
  });

  it('that resets a connection while TLS is set up is told as the library tells it', async () => {
    const resetting = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.resetAndDestroy());
    });
    await once(resetting.listen(0, '127.0.0.1'), 'listening');
    const { port } = resetting.address() as AddressInfo;
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, `https://127.0.0.1:${port}/`);
    resetting.close();
    expect([code, checks.tls]).toEqual([
      5,
      {
        step: 'tls',
        status: 'fail',
        detail: 'The connection closed before TLS was set up (ECONNRESET). Nothing was sent.',
        advice: expect.stringContaining('what inspects TLS'),
      },
    ]);
  });

  it('that only a proxy reaches is reached through it', async () => {
    const proxy = createServer().on('connect', (_, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const env = {
      ...CREDENTIALS,
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    const args = ['https://no-such-host.invalid/', '--region', 'us-east-1', '--service', 'lambda'];
    const { code, checks } = await doctor(env, ...args);
    proxy.close();
    expect(code).toBe(5);
    expect(checks.dns).toMatchObject({ status: 'unknown', detail: expect.stringContaining('proxy of HTTPS_PROXY') });
    expect(checks['unsigned request']).toMatchObject({ status: 'fail', detail: expect.stringContaining('with 407') });
  });

  it('that is public is told loudly, whatever else holds', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello'));
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, url);
    expect(code).toBe(1);
    expect(checks['unsigned request']).toMatchObject({ status: 'fail', detail: expect.stringContaining('PUBLIC') });
    expect(checks.protocol).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('Is there an MCP server'),
    });
  });

  it('is a function that does not exist', async () => {
    const { code, checks } = await doctor(as('admin'), 'no-such-function');
    expect(code).toBe(5);
    expect(checks['signed request']?.detail).toContain('Function not found');
  });

  it('lives in another time', async () => {
    const url = await serve((_, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{"Message":"Forbidden."}');
    });
    const { checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, url);
    expect(checks.clock).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/(?:3599|3600|3601) s behind/),
    });
  });

  it.each(['url', 'function'])('has its server at another path, by %s', async (way) => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}';
    await using mounted = await startServer(`
      import { createLambdaHandler } from 'lambda-mcp/server/fetch';
      export const handler = createLambdaHandler({
        fetch: async (request) => new URL(request.url).pathname === '/mcp'
          ? Response.json(${answer})
          : new Response('Not Found', { status: 404 }),
      });`);
    const [agent, admin] = mounted.principals as [LocalPrincipal, LocalPrincipal];
    const caller = environmentOf(mounted, way === 'url' ? agent : admin);
    const lost = await doctor(caller, way === 'url' ? mounted.functionUrl : mounted.functionName);
    expect(lost.code).toBe(5);
    expect(lost.checks['signed request']).toMatchObject({ status: 'pass', detail: 'not refused (404)' });
    expect(lost.checks.protocol).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('There is no MCP server at this path (404)'),
    });
    const { checks } =
      way === 'url'
        ? await doctor(caller, `${mounted.functionUrl}mcp`)
        : await doctor(caller, mounted.functionName, '--path', '/mcp');
    expect(checks.protocol?.status).toBe('pass');
  });

  it('answers 404 to everybody', async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    const { code, checks } = await doctor({ ...CREDENTIALS, AWS_REGION: 'us-east-1' }, url);
    expect(code).toBe(5);
    expect(checks['unsigned request']).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('404 without asking for a signature'),
    });
  });

  it('is told which tools AgentCore Gateway would refuse, and passes', async () => {
    const gateway = resolve('test/fixtures/gateway/server.ts');
    const served = await startLocalLambda({
      entry: gateway,
      exportName: 'withReferences',
      principals: [{ name: 'agent' }],
      permissions: urlPermissions('agent'),
    });
    closing.push(() => served.close());
    const { checks } = await doctor(environmentOf(served, served.principals[0] as LocalPrincipal), served.functionUrl);
    expect(checks.tools).toMatchObject({ status: 'pass', facts: { refusedByGateway: ['tree'] } });
    expect(checks.tools?.advice).toMatch(/AgentCore Gateway.*tree \(inputSchema.*dereference: true/);
  });

  it('is a server without tools', async () => {
    await using toolless = await startServer(`
      import { McpServer } from '@modelcontextprotocol/server';
      import { createLambdaHandler } from 'lambda-mcp/server';
      export const handler = createLambdaHandler(() => {
        const server = new McpServer({ name: 'resources', version: '1.0.0' });
        server.registerResource('a', 'note://a', {}, async () => ({ contents: [] }));
        return server;
      });`);
    const [agent] = toolless.principals as [LocalPrincipal];
    const { code, checks } = await doctor(environmentOf(toolless, agent), toolless.functionUrl);
    expect(code).toBe(0);
    expect(checks.latency?.status).toBe('pass');
  });

  it('lets the caller in and fails', async () => {
    await using failing = await startServer('export const handler = () => { throw new Error("on purpose"); };');
    const env = environmentOf(failing, failing.principals[0] as LocalPrincipal);
    const { code, checks } = await doctor(env, failing.functionUrl);
    expect(code).toBe(1);
    expect(checks['signed request']).toMatchObject({ status: 'pass' });
    expect(checks.protocol).toMatchObject({ status: 'fail', detail: expect.stringContaining('502') });
  });
});

it('says what is wrong with its arguments', async () => {
  for (const args of [[], ['a', 'b'], ['a', '--frob']]) {
    const { code, stderr } = await runCli(['doctor', ...args], { env: bareEnvironment });
    expect(code).toBe(2);
    expect(stderr).toMatch(/lambda-mcp doctor --help/);
  }
});
