import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProgress } from '../../cli/output/progress-bar.ts';
import { formatTable } from '../../cli/output/table.ts';
import { complete } from '../../cli/shell/complete.ts';
import type { Session } from '../../cli/shell/session.ts';
import { splitWords } from '../../cli/shell/split-words.ts';
import { CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { hasTerminal, startTerminal } from '../support/terminal.ts';

let lambda: TestLambda;
let env: Record<string, string>;
beforeAll(async () => {
  lambda = await startTestLambda('servers/showcase.ts');
  env = environmentOf(lambda, lambda.agent);
});
afterAll(() => lambda.close());

function shell(...lines: string[]) {
  return runCli(['shell', lambda.functionUrl], { env, input: lines.map((line) => `${line}\n`).join('') });
}

describe('a shell fed by a pipe', () => {
  it('lists and calls tools, reads resources, gets prompts', async () => {
    const { code, stdout, stderr } = await shell(
      'tools',
      'call paint title="two words" size=2',
      'look',
      'resources',
      'read note://greeting',
      'prompts',
      "prompt review file='a b.ts'",
      '# a comment',
      '',
      'exit',
      'look',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TOOL\tARGUMENTS/);
    expect(stdout).toContain('\n{"title":"two words","size":2}\nlooked\nRESOURCE');
    expect(stdout).toContain('\nWelcome.\nPROMPT');
    expect(stdout).toMatch(/\nuser:\nReview a b\.ts\.\n$/);
  });

  it('shows the schema of one tool', async () => {
    const { stdout } = await shell('tools paint');
    expect(JSON.parse(stdout).inputSchema.required).toEqual(['title']);
  });

  it('goes on after what fails, and ends with the exit code of the last that did', async () => {
    const { code, stdout, stderr } = await shell('nope', 'paint', 'paint title="open', 'fail', 'look');
    expect(code).toBe(6);
    expect(stdout).toBe('no such city\nlooked\n');
    expect(stderr.split('\n')).toEqual([
      'There is no command or tool "nope". `help` lists the commands.',
      expect.stringContaining('Missing: title.'),
      'A " is not closed.',
      'fail failed.',
      '',
    ]);
  });

  it('prints requests between debug on and debug off, and connects anew', async () => {
    const { stderr } = await shell('look', 'debug on', 'look', 'debug off', 'look', 'reconnect');
    expect(stderr.match(/tools\/call/g)).toHaveLength(1);
    expect(stderr).toMatch(/Connected to showcase 2\.0\.0, MCP 2026-07-28: \d tools, 1 resource, 1 prompt\.\n$/);
  });

  it('does not start without a server', async () => {
    const ended = await runCli(['shell', 'http://127.0.0.1:1/'], { env, input: 'tools\n' });
    expect(ended).toMatchObject({ code: 5, stdout: '' });
  });

  it('ends quietly when nobody reads any more', async () => {
    const child = spawn(process.execPath, [CLI, 'shell', lambda.functionUrl], { env });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.write('help\n'.repeat(2000));
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((fulfil) => child.once('close', fulfil));
    expect(stderr).toBe('');
  });
});

describe.runIf(hasTerminal)('a shell on a terminal', () => {
  it('completes with Tab, keeps the history to its user, and leaves with Ctrl-D', async () => {
    const home = mkdtempSync(join(tmpdir(), 'shell-home-'));
    const terminal = startTerminal(['shell', lambda.functionUrl], { ...env, HOME: home });
    await terminal.shows('showcase> ');
    for (const [typed, completed] of [
      ['pa', 'int '],
      ['ti', 'tle='],
      ['Ada co', 'lour='],
      ['gr', 'een'],
    ] as const) {
      terminal.type(`${typed}\t`);
      await terminal.shows(completed);
    }
    terminal.type('\r');
    await terminal.shows('{"title":"Ada","colour":"green"}');
    // A window that is closed ends it by a signal: the history is there already.
    expect(readFileSync(join(home, '.local/state/lambda-mcp/history'), 'utf8')).toMatch(/^paint/);
    terminal.type('\u0004');
    expect(await terminal.ended()).toBe(0);
    const file = join(home, '.local/state/lambda-mcp/history');
    expect(readFileSync(file, 'utf8')).toMatch(/^paint title=Ada colour=green ?\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('Tab', () => {
  const session = {
    tools: [
      {
        name: 'paint',
        inputSchema: {
          properties: {
            title: { type: 'string' },
            glossy: { type: 'boolean' },
            colour: { anyOf: [{ enum: ['red'] }] },
          },
        },
      },
    ],
    resources: [{ uri: 'note://a' }, { uriTemplate: 'note://{id}' }],
    prompts: [{ name: 'review', arguments: [{ name: 'file' }] }],
  } as unknown as Session;

  it.each([
    ['to', ['tools ']],
    ['pai', ['paint ']],
    ['call ', ['paint ']],
    ['call paint ', ['title=', 'glossy=', 'colour=']],
    ['paint title=x g', ['glossy=']],
    ['paint glossy=', ['glossy=true ', 'glossy=false ']],
    ['paint colour=r', ['colour=red ']],
    ['paint title=', []],
    ['read ', ['note://a ']],
    ['prompt r', ['review ']],
    ['prompt review ', ['file=']],
    ['debug o', ['on ', 'off ']],
    ['nothing ', []],
  ])('after %j offers %j', (line, offered) => {
    expect(complete(line, session)[0]).toEqual(offered);
  });
});

describe('words', () => {
  it.each([
    ['a  b', ['a', 'b']],
    [`x="a b" y='c "d"' ""`, ['x=a b', 'y=c "d"', '']],
    [String.raw`a\ b "\"\n" '\'`, ['a b', String.raw`"\n`, '\\']],
  ])('of %j are %j', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });
});

describe('a table', () => {
  const header = ['TOOL', 'ARGUMENTS', 'DESCRIPTION'];
  const rows = [
    ['translate', 'text [language]', '世界 means the whole world, and the world is large'],
    ['x'.repeat(30), '', 'short'],
  ];

  it.each([120, 80, 60, 40, 20])('fits into %i columns', (columns) => {
    const lines = formatTable(header, rows, columns).split('\n');
    for (const line of lines) {
      expect(line.length + (line.match(/[世界]/g)?.length ?? 0)).toBeLessThanOrEqual(columns);
    }
    expect(lines.join('').replaceAll(/\s/g, '')).toContain('x'.repeat(8));
  });

  it('has one line a row where there is no terminal', () => {
    expect(formatTable(header, rows, undefined).trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('a progress bar', () => {
  it.each([
    [{ progress: 3, total: 4, message: 'copying' }, 60, '━━━━━━━━━━━━━━━━━━────── 3/4 copying'],
    [{ progress: 3, total: 4, message: 'copying' }, 30, '━━━━━━━━━━━━━━━━━━────── 3/4 …'],
    [{ progress: 1, total: 2 }, 12, '━━━━──── 1/2'],
    [{ progress: 7, message: 'a\u001b[2J\nb' }, 60, '… 7 a b'],
    [{ progress: 9, total: 4 }, 60, '━━━━━━━━━━━━━━━━━━━━━━━━ 9/4'],
  ])('%j in %i columns', (progress, columns, line) => {
    expect(formatProgress(progress, columns)).toBe(line);
  });
});
