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
import { startStub } from '../support/stub-server.ts';
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

  it('knows the commands of other clients, and arguments as JSON', async () => {
    const { code, stdout, stderr } = await shell(
      'list-tools',
      'call-tool paint {"title": "a \\"b\\"", "size": 2}',
      'paint {"title": "it\'s"}',
      'list-resources',
      'read-resource note://greeting',
      'list-prompts',
      'get-prompt review {"file": "a b.ts"}',
      'quit',
      'look',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^TOOL\t/);
    expect(stdout).toContain('\n{"title":"a \\"b\\"","size":2}\n{"title":"it\'s"}\nRESOURCE');
    expect(stdout).toContain('\nWelcome.\nPROMPT');
    expect(stdout).toMatch(/\nuser:\nReview a b\.ts\.\n$/);
  });

  it('leaves a server and goes to another, also one that it was not begun with', async () => {
    await using other = await startTestLambda('servers/v2.ts');
    const permitted = environmentOf(lambda, lambda.admin);
    const input = [
      'tools',
      'connect',
      `connect ${lambda.functionUrl} --as x`,
      `connect ${lambda.functionName}`,
      'look',
      'disconnect',
      'look',
      'reconnect',
      'look',
      'terminate-session',
      'connect a b',
      `connect ${other.functionUrl}`,
    ];
    const ended = await runCli(['shell'], { env: permitted, input: `${input.join('\n')}\n` });
    expect(ended.stdout).toBe('looked\nlooked\n');
    expect(ended.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('Not connected: `connect TARGET`'),
      'There is no connection: `connect TARGET` makes one.',
      'There is no connection: `connect TARGET` makes one.',
      expect.stringContaining('--as is for the target dev'),
      expect.stringContaining('Connected to showcase'),
      expect.stringContaining('Disconnected.'),
      'There is no connection: `reconnect` makes one.',
      expect.stringContaining('Connected to showcase'),
      'The server keeps no session: nothing ends.',
      expect.stringContaining('connect takes one TARGET'),
      expect.stringContaining('does not know these credentials'),
    ]);
  });

  it('ends a session where the server keeps one', async () => {
    const ended: (string | undefined)[] = [];
    await using server = await startStub(({ method, headers }, response, body) => {
      if (method === 'DELETE') ended.push(String(headers['mcp-session-id']));
      if (method !== 'POST') return void response.writeHead(200).end();
      const { id, method: asked } = JSON.parse(body);
      if (id === undefined) return void response.writeHead(202).end();
      response.setHeader('content-type', 'application/json');
      if (asked === 'initialize') response.setHeader('mcp-session-id', 's-1');
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'kept' } };
      const answer = asked === 'initialize' ? { result } : { error: { code: -32601, message: 'no' } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
    const input = 'terminate-session\nlook\n';
    const { stderr } = await runCli(['shell', server.url], { env, input });
    expect(ended).toEqual(['s-1']);
    expect(stderr).toBe(
      'The session has ended. `reconnect` begins another.\nThere is no connection: `reconnect` makes one.\n',
    );
  });

  it('shows and calls a tool that came while it ran', async () => {
    const names = ['first'];
    await using server = await startStub((_, response, body) => {
      const { id, method } = JSON.parse(body);
      const results: Record<string, object> = {
        'server/discover': { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
        'tools/list': {
          resultType: 'complete',
          tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })),
        },
        'tools/call': { resultType: 'complete', content: [{ type: 'text', text: 'called' }] },
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }));
      if (method === 'tools/call' && names.length < 2) names.push('second');
    });
    const { code, stdout } = await runCli(['shell', server.url], { env, input: 'first\nsecond\ntools\n' });
    expect([code, stdout]).toEqual([0, 'called\ncalled\nTOOL\tARGUMENTS\tDESCRIPTION\nfirst\t\t\nsecond\t\t\n']);
  });

  it('prints requests from the start where MCP_CLIENT_DEBUG is set', async () => {
    const asked = (value: string) =>
      runCli(['shell', lambda.functionUrl], { env: { ...env, MCP_CLIENT_DEBUG: value }, input: 'look\n' });
    expect((await asked('1')).stderr).toContain('tools/call look');
    expect((await asked('0')).stderr).toBe('');
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
