import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

let lambda: TestLambda;
let origin: string;
/** Answers `tools/list` with an error that a terminal would act on, and everything else as its path says. */
const odd = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { id, method } = JSON.parse(body);
  response.setHeader('content-type', 'application/json').setHeader('x-amzn-requestid', 'request-1');
  if (request.url !== '/data') {
    response.setHeader('x-amzn-errortype', 'ServiceException:http://internal.amazon.com/');
    response.statusCode = Number(request.url?.slice(1));
    return response.end('{"Message":"Not\u202e now"}');
  }
  const error = '{"code":-32602,"message":"No\u202e.","data":{"path":["count"],"id":9007199254740993}}';
  const discovered = '{"capabilities":{"tools":{}},"supportedVersions":["2026-07-28"]}';
  return response.end(
    `{"jsonrpc":"2.0","id":${id},${method === 'server/discover' ? `"result":${discovered}` : `"error":${error}`}}`,
  );
});
beforeAll(async () => {
  lambda = await startTestLambda('servers/showcase.ts', { principals: [{ name: 'stranger' }] });
  await once(odd.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
});
afterAll(async () => {
  odd.close();
  await lambda.close();
});

/** Runs it with `--json`, and reads the last line of stderr. */
async function errorOf(args: readonly string[], env = environmentOf(lambda, lambda.agent)) {
  const { code, stdout, stderr } = await runCli([...args, '--json'], { env });
  expect(stdout).toBe('');
  const line = stderr.trim().split('\n').at(-1) ?? '';
  expect(line).not.toContain('\u202e');
  const { schemaVersion, error } = JSON.parse(line);
  expect(schemaVersion).toBe(1);
  expect(error.exitCode).toBe(code);
  if (error.advice) expect(error.message.endsWith(error.advice)).toBe(true);
  return { error, line };
}

describe('with --json an error is JSON', () => {
  it.each([
    [['tool', 'x'], 'usage', 'lambda-mcp --help'],
    [['tools'], 'usage', 'See: lambda-mcp tools --help'],
    [['tools', 'URL', '--profle', 'x'], 'usage', 'lambda-mcp tools --help'],
    [['call', 'URL', 'piant'], 'usage', undefined],
    [['doctor'], 'usage', 'lambda-mcp doctor --help'],
    [['grant'], 'usage', 'lambda-mcp grant --help'],
    [['tools', 'http://127.0.0.1:1/'], 'unreachable', 'target'],
  ])('%j', async (words, type, advice) => {
    const { error } = await errorOf(words.map((word) => (word === 'URL' ? lambda.functionUrl : word)));
    expect(error.type).toBe(type);
    if (advice) expect(error.advice).toContain(advice);
  });

  it('for want of credentials, with how to sign in', async () => {
    const { error } = await errorOf(['tools', lambda.functionUrl], { ...bareEnvironment, AWS_REGION: 'us-east-1' });
    expect(error).toMatchObject({ type: 'credentials', advice: expect.stringContaining('aws sso login') });
  });

  it('of AWS, with its status, its name and the request id', async () => {
    const stranger = lambda.principals.find(({ name }) => name === 'stranger');
    const { error } = await errorOf(['tools', lambda.functionUrl], environmentOf(lambda, stranger as never));
    expect(error).toMatchObject({ type: 'refused', status: 403, errorType: 'AccessDeniedException' });
    expect(error.requestId).toMatch(/^[\w-]{36}$/);
    expect(error.advice).toContain('lambda-mcp grant');
  });

  it.each([
    [429, 'unreachable', 'concurrency'],
    [502, 'failed', 'log'],
    [404, 'unreachable', 'path'],
  ])('%i', async (status, type, advice) => {
    const { error } = await errorOf(['tools', `${origin}/${status}`]);
    expect(error).toMatchObject({ type, status, requestId: 'request-1', advice: expect.stringContaining(advice) });
  });

  it('of the server, with its code and data to the last digit', async () => {
    const { error, line } = await errorOf(['tools', `${origin}/data`]);
    expect(error).toMatchObject({ type: 'failed', status: 200, code: -32602, data: { path: ['count'] } });
    expect(line).toContain('"id":9007199254740993');
  });

  it('in a shell that reads from a pipe, one line for each', async () => {
    const env = environmentOf(lambda, lambda.agent);
    const { stderr, code } = await runCli(['shell', lambda.functionUrl, '--json'], { env, input: 'nothing\ncall\n' });
    expect(code).toBe(2);
    const errors = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).error.type);
    expect(errors).toEqual(['usage', 'usage']);
  });

  it('and is not where --json is of the command that dev runs', async () => {
    const { stderr } = await runCli(['dev', 'missing.ts', '--', 'program', '--json'], { env: bareEnvironment });
    expect(stderr).toMatch(/^lambda-mcp: /);
  });
});

describe.skipIf(process.platform !== 'linux')('a disk that is full', () => {
  it('is told in a line', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [CLI, '--help'], {
      env: bareEnvironment,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(stderr).toMatch(/^lambda-mcp: The output could not be written: ENOSPC[^\n]*\n$/);
    expect(status).toBe(1);
  });
});

describe('doctor --quick', () => {
  const invocations = () => readFileSync(lambda.trailFile, 'utf8').split('\n').filter(Boolean).length;

  it('costs one invocation, and gives its facts as numbers', async () => {
    const before = invocations();
    const env = environmentOf(lambda, lambda.agent);
    const { code, stdout } = await runCli(['doctor', lambda.functionUrl, '--quick', '--json'], { env });
    expect(code).toBe(0);
    expect(invocations() - before).toBe(1);
    const { schemaVersion, checks, latency } = JSON.parse(stdout);
    expect(schemaVersion).toBe(1);
    const steps = Object.fromEntries(checks.map((check: { step: string }) => [check.step, check]));
    expect(steps['signed request']).toMatchObject({ status: 'pass', facts: { status: 200 } });
    expect(steps.protocol.status).toBe('pass');
    expect(steps['proof of caller'].status).toBe('pass');
    expect(steps.clock.facts.aheadMs).toEqual(expect.any(Number));
    expect(latency).toEqual({ firstMs: expect.any(Number) });
  });

  it('takes a server of the older era for one that is well', async () => {
    await using legacy = await startTestLambda('servers/v1.ts');
    const env = environmentOf(legacy, legacy.agent);
    const { code, stdout } = await runCli(['doctor', legacy.functionUrl, '--quick'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('an MCP server answered');
  });

  it.each([
    [429, 5],
    [502, 1],
    [404, 5],
  ])('tells of %i', async (status, code) => {
    const ended = await runCli(['doctor', `${origin}/${status}`, '--quick'], {
      env: environmentOf(lambda, lambda.agent),
    });
    expect(ended.code).toBe(code);
    expect(ended.stdout).toContain(`(${status}`);
  });

  it('tells of a refusal', async () => {
    const stranger = lambda.principals.find(({ name }) => name === 'stranger');
    const env = environmentOf(lambda, stranger as never);
    const { code, stdout } = await runCli(['doctor', lambda.functionUrl, '--quick', '--json'], { env });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 4 });
  });
});

describe('doctor --json', () => {
  it('says each number that it tells in words as a number too', async () => {
    const { stdout } = await runCli(['doctor', lambda.functionUrl, '--json'], {
      env: environmentOf(lambda, lambda.agent),
    });
    const { checks } = JSON.parse(stdout);
    const facts = Object.fromEntries(
      checks.map((check: { step: string; facts?: object }) => [check.step, check.facts]),
    );
    expect(facts['unsigned request']).toEqual({ status: 403 });
    expect(facts.tools).toEqual({ count: expect.any(Number) });
    expect(facts.protocol).toEqual({ versions: ['2026-07-28', '2025-11-25'] });
    expect(facts.latency).toEqual({
      firstMs: expect.any(Number),
      medianMs: expect.any(Number),
      slowestMs: expect.any(Number),
    });
  });
});
