import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { type Dev, startDev } from '../support/dev.ts';

const AGENT = 'arn:aws:sts::111122223333:assumed-role/agent/local';
let dev: Dev;
const run = (args: readonly string[], input = '') =>
  // Where `dev` keeps what it knows of itself.
  runCli(args, { env: bareEnvironment, cwd: dirname(dirname(dev.trailFile)), input });

beforeAll(async () => {
  dev = await startDev('examples/quickstart/server.ts', ['--front', 'rest']);
}, 60_000);
afterAll(() => dev?.close());

describe('while `dev --front rest` runs', () => {
  it('`tools dev` and `call dev` go through the REST API', async () => {
    const listed = await run(['tools', 'dev', '--debug']);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('greet') });
    const called = await run(['call', 'dev', 'greet', 'name=Ada']);
    expect(called).toMatchObject({ code: 0, stdout: expect.stringContaining('Ada') });
    expect(listed.stderr).toContain('/prod/mcp');
  });

  it('`shell dev` does', async () => {
    const ended = await run(['shell', 'dev'], 'tools\ncall greet name=Grace\n');
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Grace') });
  });

  it('whom the API does not let in is told so', async () => {
    const refused = await run(['call', 'dev', 'greet', 'name=Ada', '--as', 'admin']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('execute-api:Invoke');
  });

  it('`audit dev` says for whom the API called', async () => {
    const { stdout, stderr, code } = await run(['audit', 'dev', '--json']);
    expect(stderr).not.toContain('HALF');
    expect(code).toBe(0);
    const calls = JSON.parse(stdout) as Record<string, unknown>[];
    expect(calls.filter(({ caller }) => caller === AGENT)).toMatchObject([
      { evidence: 'trail and log', tool: 'greet', via: 'rest-api', callerSource: 'access log' },
      { evidence: 'trail and log', tool: 'greet', via: 'rest-api', callerSource: 'access log' },
    ]);
    expect(calls).toContainEqual(
      expect.objectContaining({ evidence: 'refused by AWS', status: 403, outcome: 'refused' }),
    );
    expect(calls.filter(({ evidence }) => evidence === 'conflict')).toEqual([]);
  });

  it('`doctor dev` looks at the function', async () => {
    expect(await run(['doctor', 'dev'])).toMatchObject({ code: 0 });
  });
});
