import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

let lambda: TestLambda;
let env: Record<string, string>;
let url: string;
beforeAll(async () => {
  lambda = await startTestLambda('servers/completions.ts');
  env = environmentOf(lambda, lambda.agent);
  url = lambda.functionUrl;
});
afterAll(() => lambda.close());

function run(...args: string[]) {
  return runCli(args, { env });
}

describe('tools TARGET NAME', () => {
  it('shows how a tool is called, with an example that works', async () => {
    const { code, stdout } = await run('tools', url, 'book');
    expect(code).toBe(0);
    expect(
      stdout,
    ).toBe(`book(from: string, nights?: integer = 2, day: string, room: single|double, guests?: object[], note?: string)

Books a room.

ARGUMENT\tLIMITS\tDESCRIPTION
from\t\tWhere it begins
nights\t1 to 30\t
day\tdate\t
room\t\t
guests\t\t
note\t\t

Example:
  lambda-mcp call ${url} book from=text day=2026-01-31 room=single
`);
    const example = stdout.split('Example:\n')[1]?.trim().replace('lambda-mcp', `"${process.execPath}" "${CLI}"`) ?? '';
    const said = await promisify(execFile)('/bin/sh', ['-c', example], { env });
    expect(JSON.parse(said.stdout)).toEqual({ from: 'text', nights: 2, day: '2026-01-31', room: 'single' });
  });

  it('shows its definition with --json, and says which there are', async () => {
    expect(JSON.parse((await run('tools', url, 'book', '--json')).stdout)).toMatchObject({ name: 'book' });
    expect(await run('tools', url, 'bok')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "book"?'),
    });
  });
});

describe('resources TARGET read, prompts TARGET get', () => {
  it('print what they say', async () => {
    expect(await run('resources', url, 'read', 'city://Pau')).toMatchObject({ code: 0, stdout: 'About Pau.\n' });
    expect(await run('prompts', url, 'get', 'trip', 'country=fr', 'Paris')).toMatchObject({
      code: 0,
      stdout: 'user:\nPlan Paris, fr.\nassistant:\nWhen?\n',
    });
    const whole = JSON.parse((await run('prompts', url, 'get', 'trip', 'fr', 'Pau', '--json')).stdout);
    expect(whole.messages).toHaveLength(2);
  });

  it('say what is missing, and what there is not', async () => {
    expect((await run('prompts', url, 'get', 'trip', 'country=fr')).stderr).toContain('Missing: city.');
    expect((await run('prompts', url, 'get', 'tripp')).stderr).toContain('Did you mean "trip"?');
    expect((await run('resources', url, 'read', 'nothing://x')).code).toBe(1);
  });
});

describe('complete', () => {
  it('tells what an argument could be, by its beginning and by the others', async () => {
    expect((await run('complete', url, 'prompt', 'trip', 'city=Pa')).stdout).toBe('Paris\nPau\nParma\n');
    expect((await run('complete', url, 'prompt', 'trip', 'city=P', 'country=it')).stdout).toBe('Parma\n');
    expect((await run('complete', url, 'resource', 'city://{name}', 'name=L')).stdout).toBe('Lyon\n');
    const json = await run('complete', url, 'prompt', 'trip', 'city=Pau', '--json');
    expect(JSON.parse(json.stdout).completion.values).toEqual(['Pau']);
  });

  it('says so where the server does not', async () => {
    await using other = await startTestLambda('servers/showcase.ts');
    const asked = await runCli(['complete', other.functionUrl, 'prompt', 'review', 'file=a'], {
      env: environmentOf(other, other.agent),
    });
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('does not complete arguments') });
  });
});

it.each([
  [['tools', 'u', 'a', 'b']],
  [['resources', 'u', 'raed', 'x']],
  [['resources', 'u', 'read']],
  [['prompts', 'u', 'get']],
  [['complete', 'u', 'prompt', 'x']],
  [['complete', 'u', 'tool', 'x', 'a=b']],
  [['complete', 'u', 'prompt', 'x', 'a']],
])('%j is wrong usage', async (args) => {
  expect(await run(...args)).toMatchObject({ code: 2, stdout: '' });
});
