import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { hasTerminal, startTerminal } from '../support/terminal.ts';

let lambda: TestLambda;
let env: Record<string, string>;
beforeAll(async () => {
  lambda = await startTestLambda('servers/asks.ts');
  env = environmentOf(lambda, lambda.agent);
});
afterAll(() => lambda.close());

const call = (...args: string[]) => runCli(['call', lambda.functionUrl, ...args], { env });
const accepted = (content: object) => JSON.stringify({ order: { action: 'accept', content } });

describe('a tool that asks for input, where there is no terminal,', () => {
  it('fails with what it asks', async () => {
    expect(await call('order')).toEqual({
      code: 7,
      signal: null,
      stdout: '',
      stderr:
        'lambda-mcp: order asks for input: "What may it be?" (order: name=string size=integer? glossy=boolean ' +
        'colour=red|green?). Call from a terminal, or give --input: see lambda-mcp call --help\n',
    });
    expect((await call('sign-in')).stderr).toContain('(page: https://example.com/sign-in?a=b)');
  });

  it('is answered by --input', async () => {
    const content = { name: 'Ada', size: 5, glossy: true };
    const answered = await call('order', '--input', accepted(content));
    expect([answered.code, JSON.parse(answered.stdout)]).toEqual([0, content]);
    const declined = await call('order', '--input', '{"order":{"action":"decline"}}');
    expect(JSON.parse(declined.stdout)).toMatchObject({ action: 'decline' });
    const opened = await call('sign-in', '--input', '{"page":{"action":"accept"}}');
    expect(JSON.parse(opened.stdout)).toMatchObject({ action: 'accept' });
  });

  it.each([
    ['{', 2, '--input is not JSON'],
    ['[]', 2, '--input must be a JSON object'],
    ['{"order":true}', 2, '--input takes for "order" an "action"'],
    ['{"order":null}', 2, '--input takes for "order" an "action"'],
    ['{"other":{"action":"accept"}}', 7, 'order asks for input'],
  ])('is not answered by --input %s', async (given, code, message) => {
    expect(await call('order', '--input', given)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });

  it('is sent again when it was put off, but not for ever', async () => {
    expect(await call('put-off')).toMatchObject({ code: 0, stdout: '"later"\n' });
    expect(await call('never-content')).toMatchObject({ code: 1, stderr: expect.stringContaining('10 times') });
  });

  it('fails in a shell, which goes on', async () => {
    const { code, stderr } = await runCli(['shell', lambda.functionUrl], {
      env,
      input: 'order\nprompt review\nput-off\n',
    });
    expect(code).toBe(7);
    expect(stderr.match(/^(?:order|review) asks for input: .* A shell on a terminal asks you\.$/gm)).toHaveLength(2);
  });
});

describe.runIf(hasTerminal)('a tool that asks for input, on a terminal,', () => {
  it('has its form filled in, field by field, until each fits', async () => {
    const terminal = startTerminal(['call', lambda.functionUrl, 'order'], env);
    await terminal.shows('order asks: What may it be?');
    await terminal.shows('Who it is for');
    for (const [question, answer] of [
      ['name (string):', ''],
      ['name (string):', 'Ada'],
      ['size (integer, optional) [3]:', 'big'],
      ['size must be integer, and "big" is not.', ''],
      ['glossy (boolean):', 'y'],
      ['colour (red|green, optional):', ''],
      ['Send this? [Y/n]', ''],
    ] as const) {
      await terminal.shows(question);
      terminal.type(`${answer}\r`);
    }
    await terminal.shows('{"name":"Ada","size":3,"glossy":true}');
    expect(await terminal.ended()).toBe(0);
  });

  it('shows a URL whole and opens nothing, and may be declined', async () => {
    const terminal = startTerminal(['call', lambda.functionUrl, 'sign-in'], env);
    await terminal.shows('https://example.com/sign-in?a=b');
    await terminal.shows('[Y/n]');
    terminal.type('n\r');
    await terminal.shows('"decline"');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.screen()).not.toContain('\u001b[2J');
  });

  it('is given up by Ctrl-C, and cancelled by Ctrl-D', async () => {
    const interrupted = startTerminal(['call', lambda.functionUrl, 'order'], env);
    await interrupted.shows('name (string):');
    interrupted.type('\u0003');
    expect(await interrupted.ended()).toBe(130);
    const ended = startTerminal(['call', lambda.functionUrl, 'order'], env);
    await ended.shows('name (string):');
    ended.type('\u0004');
    await ended.shows('"cancel"');
    expect(await ended.ended()).toBe(0);
  });

  it('asks in a shell too, which keeps no answer in its history', async () => {
    const home = mkdtempSync(join(tmpdir(), 'asked-'));
    const terminal = startTerminal(['shell', lambda.functionUrl], { ...env, HOME: home });
    await terminal.shows('asks> ');
    terminal.type('order\r');
    for (const [question, answer] of [
      ['name (string):', 'Ada'],
      ['[3]:', '4'],
      ['glossy (boolean):', 'no'],
      ['colour', 'red'],
      ['[Y/n]', 'y'],
    ] as const) {
      await terminal.shows(question);
      terminal.type(`${answer}\r`);
    }
    await terminal.shows('{"name":"Ada","size":4,"glossy":false,"colour":"red"}');
    await terminal.shows('asks> ');
    terminal.type('order\r');
    await terminal.shows('name (string):');
    terminal.type('\u0003');
    await terminal.shows('Given up.');
    await terminal.shows('asks> ');
    terminal.type('sign-in\r');
    await terminal.shows('[Y/n]');
    // It leaves the question, and not the shell.
    terminal.type('\u0004');
    await terminal.shows('"cancel"');
    await terminal.shows('asks> ');
    terminal.type('\u0004');
    expect(await terminal.ended()).toBe(0);
    const file = join(home, '.local/state/lambda-mcp/history');
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('order\nsign-in\n');
  });
});
