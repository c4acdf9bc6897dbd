import { fileURLToPath } from 'node:url';
import type { Caller, CallRecord, LambdaContext, LambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler, type StdioServer } from 'lambda-mcp/server/stdio';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { META_2026, serve } from '../support/served.ts';
import { processesOf } from '../support/stdio-processes.ts';

type Era = '2025' | '2026';
const ERAS: readonly Era[] = ['2025', '2026'];
const ODD = fileURLToPath(new URL('../fixtures/stdio/odd-server.ts', import.meta.url));
const records: CallRecord[] = [];
const start = (more: Partial<StdioServer> = {}) =>
  createLambdaHandler(
    { command: 'node', args: [ODD], ...more },
    { logger: (record) => void records.push(record), deadlineMargin: 100 },
  );
const callerOf = (name: string) => ({ arn: `arn:aws:sts::111122223333:assumed-role/agent/${name}` }) as Caller;
let requests = 0;
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A request of an era, by a verified caller unless it is told otherwise. */
function ask(
  handler: LambdaHandler,
  era: Era,
  method: string,
  params: Record<string, unknown> = {},
  { caller = callerOf('one') as Caller | undefined, time = 20_000, signal = undefined as AbortSignal | undefined } = {},
) {
  const is2026 = era === '2026';
  const name = params.name ?? params.uri;
  const headers: Record<string, string> = is2026
    ? {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(name !== undefined && { 'mcp-name': `${name}` }),
      }
    : {};
  const end = Date.now() + time;
  const lambda = {
    awsRequestId: `request-${++requests}`,
    functionName: 'f',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  const sent = is2026 ? { ...params, _meta: { ...META_2026, ...(params._meta as object) } } : params;
  return serve(handler, { method, params: sent }, headers, { caller, lambda: lambda as LambdaContext }, signal ?? null);
}
type AskOptions = Parameters<typeof ask>[4];

const call = (
  handler: LambdaHandler,
  era: Era,
  name: string,
  args: object = {},
  options: AskOptions = {},
  _meta = {},
) =>
  ask(handler, era, 'tools/call', { name, arguments: args, ...(Object.keys(_meta).length > 0 && { _meta }) }, options);
const textOf = async (answer: ReturnType<typeof call>) => {
  const { last } = await answer;
  return last.result?.content[0].text ?? last.error;
};

let logged: string[];
beforeEach(() => {
  logged = [];
  records.length = 0;
  const write = (...line: unknown[]) => void logged.push(line.join(' '));
  vi.spyOn(console, 'error').mockImplementation(write);
  vi.spyOn(console, 'info').mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

describe.each(ERAS)('a stdio server to a client of %s', (era) => {
  it('answers with what the process said, in the same process each time', async () => {
    const handler = start();
    const { last } = await call(handler, era, 'extra');
    expect(last).toMatchObject({
      id: 1,
      result: {
        content: [{ type: 'text', text: 'extra' }],
        structuredContent: { a: [null] },
        'x-other': { deep: true },
      },
    });
    if (era === '2025') expect(Object.keys(last.result)).toEqual(['content', 'structuredContent', 'x-other']);
    expect(await textOf(call(handler, era, 'count'))).toBe('1');
    expect(await textOf(call(handler, era, 'count'))).toBe('2');
    expect(await textOf(call(handler, era, 'slices'))).toBe('Grüße 🦊');
    expect(await textOf(call(handler, era, 'text-id'))).toBe('by text');
    expect((await textOf(call(handler, era, 'large'))).length).toBe(8 << 20);
    expect((await ask(handler, era, 'tools/list')).last.result.tools).toHaveLength(1);
    expect((await ask(handler, era, 'prompts/get', { name: 'x' })).last.error).toMatchObject({
      code: era === '2025' ? -32002 : -32602,
      message: 'Not found',
      data: { method: 'prompts/get' },
    });
  });

  it('answers a method that the process does not know as the SDK does', async () => {
    const { status, last } = await ask(start(), era, 'x-other/unknown');
    expect([status, last.error.code]).toEqual([era === '2026' ? 404 : 200, -32601]);
  });

  it("streams progress under the client's own token, and log messages", async () => {
    const handler = start();
    const _meta = { progressToken: 'mine', 'io.modelcontextprotocol/logLevel': 'debug' };
    const { messages } = await call(handler, era, 'progress', {}, {}, _meta);
    expect(messages.slice(0, -1).map(({ method, params }) => [method, params.progressToken, params.progress])).toEqual([
      ['notifications/progress', 'mine', 1],
      ['notifications/progress', 'mine', 2],
      ['notifications/progress', 'mine', 3],
      ['notifications/message', undefined, undefined],
    ]);
    expect(messages.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'done' }] } });
    // A client that gave no token is told of no progress.
    const silent = await call(handler, era, 'progress');
    expect(silent.messages.filter(({ method }) => method === 'notifications/progress')).toEqual([]);
  });

  it.each(['sampling/createMessage', 'elicitation/create', 'roots/list'])(
    'refuses at once to ask: %s',
    async (method) => {
      const { error } = JSON.parse(await textOf(call(start(), era, 'ask', { method })));
      expect(error).toMatchObject({ code: -32601, message: expect.stringContaining(`${method} cannot be asked`) });
    },
  );

  it('answers a ping of the process', async () => {
    expect(JSON.parse(await textOf(call(start(), era, 'ask', { method: 'ping' })))).toEqual({ result: {} });
  });

  it.each([
    ['crash', 'ended with exit code 7'],
    ['killed', 'ended by SIGKILL'],
    ['flood', 'wrote 64 MiB to its stdout without answering'],
    ['flood-lines', 'wrote 8 MiB to its stdout that are no JSON-RPC'],
    ['mangled', 'wrote a JSON-RPC message to its stdout that is no JSON'],
    ['half-line', 'wrote a JSON-RPC message to its stdout that is no JSON'],
    ['unknown-id', 'answered an id that nobody had asked'],
    ['close-stdout', 'closed its pipes'],
    ['long-line', 'wrote 64 MiB to its stdout without answering'],
  ])('tells the call under way when the process breaks, and starts a new one: %s', async (tool, said) => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    const { status, last } = await call(handler, era, tool);
    expect(status).toBe(200);
    expect(last).toMatchObject({ id: 1, error: { code: -32603, message: expect.stringContaining(said) } });
    expect(records.at(-1)).toMatchObject({ outcome: 'error', tool });
    const after = await textOf(call(handler, era, 'pid'));
    expect(after).toMatch(/^\d+$/);
    expect(after).not.toBe(before);
  });

  it.each(['stopped', 'never', 'busy'])(
    'ends at its deadline a call that hangs, and starts a new process: %s',
    async (tool) => {
      const handler = start();
      const before = await textOf(call(handler, era, 'pid'));
      const { last } = await call(handler, era, tool, {}, { time: 600 });
      expect(last.error).toMatchObject({ code: -32001, message: expect.stringContaining('before the function') });
      expect(records.at(-1)).toMatchObject({ outcome: 'timeout' });
      expect(await textOf(call(handler, era, 'pid'))).not.toBe(before);
      await vi.waitFor(() => expect(() => process.kill(Number(before), 0)).toThrow('ESRCH'), { timeout: 5000 });
    },
  );

  it('carries a cancellation to the process, and keeps a process that still answers', async () => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    const leaving = new AbortController();
    const cancelled = call(handler, era, 'never', {}, { signal: leaving.signal }).catch(() => {});
    setTimeout(() => leaving.abort(), 100);
    await cancelled;
    expect(JSON.parse(await textOf(call(handler, era, 'seen')))).toEqual([
      'notifications/initialized',
      'notifications/cancelled',
    ]);
    expect(await textOf(call(handler, era, 'pid'))).toBe(before);
  });

  it('gives nobody an answer that comes after its caller left', async () => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    const leaving = new AbortController();
    const cancelled = call(handler, era, 'late', {}, { signal: leaving.signal }).catch(() => {});
    setTimeout(() => leaving.abort(), 100);
    await cancelled;
    expect(await textOf(call(handler, era, 'pid'))).toBe(before);
    expect(await textOf(call(handler, era, 'echo', { n: 1 }))).toBe('{"n":1}');
  });

  it('serves a process that says nothing of what it can do', async () => {
    const handler = start({ env: { AT_START: 'bare' } });
    await ask(handler, era, era === '2025' ? 'initialize' : 'server/discover', era === '2025' ? INITIALIZE : {});
    expect((await ask(handler, era, 'tools/list')).last.result.tools).toHaveLength(1);
    expect(await textOf(call(handler, era, 'count'))).toBe('1');
  });

  it('replaces a process that answers nothing since its caller left', async () => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    const leaving = new AbortController();
    const cancelled = call(handler, era, 'stopped', {}, { signal: leaving.signal }).catch(() => {});
    setTimeout(() => leaving.abort(), 100);
    await cancelled;
    expect(await textOf(call(handler, era, 'pid'))).not.toBe(before);
  });

  it('passes over what clients pass over: text on stdout, an answer given twice', async () => {
    const handler = start({ env: { AT_START: 'banner' } });
    const before = await textOf(call(handler, era, 'pid'));
    expect(await textOf(call(handler, era, 'print'))).toBe('printed');
    expect(await textOf(call(handler, era, 'answer-twice'))).toBe('first');
    expect(await textOf(call(handler, era, 'pid'))).toBe(before);
    expect(logged.join('\n')).toMatch(/\[stdio server, stdout, request-\d+\] debug: this is no JSON/);
  });

  it('passes over its own messages that a process prints beside them', async () => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    expect(await textOf(call(handler, era, 'prints-messages'))).toBe('printed');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await textOf(call(handler, era, 'pid'))).toBe(before);
  });

  it.each([
    ['batch', 'in a batch'],
    ['nulls', 'with a null'],
    ['error-and-null', { code: -32099, message: 'failed' }],
    ['not-utf8', 'a\ufffd\ufffdb'],
    ['neither', { code: -32603, message: expect.stringContaining('neither a result nor an error') }],
    ['result-null', { code: -32603, message: expect.stringContaining('neither a result nor an error') }],
    ['error-text', { code: -32603, message: expect.stringContaining('neither a result nor an error') }],
  ])('reads what is nearly an answer, and keeps the process: %s', async (tool, answered) => {
    const handler = start();
    const before = await textOf(call(handler, era, 'pid'));
    expect(await textOf(call(handler, era, tool))).toEqual(answered);
    expect(await textOf(call(handler, era, 'pid'))).toBe(before);
  });

  it.each(['ping', 'roots/list'])('answers a process that asks before it answers: %s', async (method) => {
    const handler = start({ env: { AT_START: 'question', QUESTION: method } });
    const refused = JSON.parse(await textOf(call(handler, era, 'refused')));
    expect(refused).toEqual(method === 'ping' ? { result: {} } : { error: expect.objectContaining({ code: -32601 }) });
  });

  it.each(['2024-11-05', '1999-01-01', 'draft', '2026-07-28'])(
    'serves whatever revision it speaks: %s',
    async (REVISION) => {
      const handler = start({ env: { REVISION } });
      await ask(handler, era, era === '2025' ? 'initialize' : 'server/discover', era === '2025' ? INITIALIZE : {});
      expect(await textOf(call(handler, era, 'count'))).toBe('1');
    },
  );

  it('gives an error without an id to the only call there is', async () => {
    expect(await textOf(call(start(), era, 'no-id'))).toEqual({ code: -32700, message: 'Parse error' });
  });

  it('starts anew when the process has ended between two calls, or reads no more', async () => {
    const handler = start();
    expect((await call(handler, era, 'crash-after-answer')).last.result).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await textOf(call(handler, era, 'count'))).toBe('1');
    process.kill(Number(await textOf(call(handler, era, 'pid'))), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await textOf(call(handler, era, 'count'))).toBe('1');
    expect(await textOf(call(handler, era, 'close-stdin'))).toBe('closed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { last } = await call(handler, era, 'pid');
    expect(last.error.message).toContain('closed its pipes');
    expect(await textOf(call(handler, era, 'count'))).toBe('1');
  });

  it.each([
    [{ env: { AT_START: 'exit' } }, 'ended with exit code 3'],
    [{ env: { AT_START: 'fatal' } }, 'ended with exit code 4'],
    [{ env: { AT_START: 'nonsense' } }, 'did not answer initialize as an MCP server does'],
    [{ command: '/nowhere/at-all' }, 'could not be started: ENOENT'],
    [{ cwd: '/nowhere/at-all' }, 'could not be started: ENOENT'],
  ])('says of a process that does not start why: %j', async (server, said) => {
    const handler = start(server);
    for (const method of [era === '2025' ? 'initialize' : 'server/discover', 'tools/list']) {
      const { last } = await ask(handler, era, method, era === '2025' ? INITIALIZE : {});
      expect(last).toMatchObject({ id: 1, error: { code: -32603, message: expect.stringContaining(said) } });
    }
  });

  it("has stderr in the log with the request's id, harmless and bounded", async () => {
    const handler = start();
    await call(handler, era, 'stderr');
    expect(logged).toContain(`[stdio server, stderr, request-${requests}] about to answer`);
    expect(logged).toContain(`[stdio server, stderr, request-${requests}] forged \\u{1b}[31mline`);
    expect(await textOf(call(handler, era, 'flood-stderr'))).toBe('flooded');
    expect(logged.join('').length).toBeLessThan(256 * 1024);
    await call(start({ env: { AT_START: 'fatal' } }), era, 'pid');
    expect(logged.join('\n')).toMatch(new RegExp(`stderr, (request-${requests}|no request)\\] no token was given`));
  });
});

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

describe('what the process says of itself', () => {
  it.each([
    ['2025-11-25', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2099-01-01', '2025-06-18'],
  ])('answers initialize in %s with %s', async (protocolVersion, answered) => {
    const { last } = await ask(start(), '2025', 'initialize', { ...INITIALIZE, protocolVersion });
    expect(last.result).toEqual({
      protocolVersion: answered,
      capabilities: { tools: { listChanged: false }, logging: {}, completions: {}, experimental: { odd: {} } },
      serverInfo: { name: 'odd', version: '1.0.0', title: 'Odd', 'x-more': 1 },
      instructions: 'Be careful.',
    });
  });

  it('answers server/discover from it', async () => {
    const { last } = await ask(start(), '2026', 'server/discover');
    expect(last.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: { listChanged: false }, logging: {}, completions: {} },
      instructions: 'Be careful.',
    });
    expect(JSON.stringify(last.result)).toContain('"name":"odd"');
  });

  it('refuses what a stateless server does not offer', async () => {
    const handler = start();
    expect((await ask(handler, '2026', 'subscriptions/listen', { notifications: {} })).last.error.code).toBe(-32601);
    const headers = { 'mcp-protocol-version': '1999-01-01' };
    expect((await serve(handler, { method: 'tools/list' }, headers)).status).toBe(400);
    expect((await serve(handler, { id: undefined, method: 'notifications/initialized' })).status).toBe(202);
  });
});

describe('isolation', () => {
  const pid = (handler: LambdaHandler, name?: string) =>
    textOf(call(handler, '2025', 'pid', {}, { caller: name === undefined ? undefined : callerOf(name) }));
  // A default would take the place of undefined.
  const unverified = (handler: LambdaHandler) =>
    textOf(serve(handler, { method: 'tools/call', params: { name: 'pid' } }) as ReturnType<typeof call>);

  it('caller: keeps a process for each verified caller, and none for the others', async () => {
    const handler = start();
    const one = await pid(handler, 'one');
    const two = await pid(handler, 'two');
    expect(two).not.toBe(one);
    expect(await pid(handler, 'one')).toBe(one);
    expect(await pid(handler, 'two')).toBe(two);
    const seen = new Set([one, two, await unverified(handler), await unverified(handler), await unverified(handler)]);
    expect(seen.size).toBe(5);
  });

  it.each(['caller', 'request', 'shared'] as const)(
    '%s: starts one process for whoever comes first',
    async (isolation) => {
      const mark = `spare-${isolation}`;
      const handler = start({ isolation, args: [ODD, mark] });
      await vi.waitFor(() => expect(processesOf(mark)).toHaveLength(1));
      const [spare] = processesOf(mark);
      expect(await pid(handler, 'one')).toBe(`${spare}`);
    },
  );

  it('caller: gives a caller what nobody else has had, and no more processes than the memory allows', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '328');
    const handler = start({ args: [ODD, 'memory'] });
    vi.unstubAllEnvs();
    const counts: string[] = [];
    for (const name of ['one', 'two', 'three', 'one']) {
      counts.push(await textOf(call(handler, '2025', 'count', {}, { caller: callerOf(name) })));
      expect(processesOf('memory').length).toBeLessThanOrEqual(2);
    }
    expect(counts).toEqual(['1', '1', '1', '1']);
    expect(await textOf(call(handler, '2025', 'count', {}, { caller: callerOf('three') }))).toBe('2');
  });

  it('caller: takes another session of a role for another caller', async () => {
    const handler = start();
    const [one, two] = [await pid(handler, 'session-1'), await pid(handler, 'session-2')];
    expect(two).not.toBe(one);
  });

  it('caller: starts one process for two calls at once', async () => {
    const handler = start({ callerArnVariable: 'CALLER' });
    const pids = await Promise.all([pid(handler, 'one'), pid(handler, 'one'), pid(handler, 'two')]);
    expect(new Set(pids).size).toBe(2);
  });

  it('ends the process that was idle longest when there are too many', async () => {
    const handler = start({ maxProcesses: 2 });
    const one = await pid(handler, 'one');
    const two = await pid(handler, 'two');
    await pid(handler, 'one');
    await pid(handler, 'three');
    expect(await pid(handler, 'one')).toBe(one);
    expect(await pid(handler, 'two')).not.toBe(two);
    await vi.waitFor(() => expect(() => process.kill(Number(two), 0)).toThrow('ESRCH'), { timeout: 5000 });
  });

  it('never runs more than it may, though they end late', async () => {
    const handler = start({ maxProcesses: 2, env: { AT_START: 'ignore' } });
    const pids: number[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      pids.push(Number(await pid(handler, name)));
      expect(pids.filter(isRunning).length).toBeLessThanOrEqual(2);
    }
    expect(pids.filter(isRunning)).toEqual(pids.slice(2));
  });

  it('ends what a process has started with it', async () => {
    const handler = start({ isolation: 'request' });
    const started = Number(await textOf(call(handler, '2025', 'grandchild')));
    await vi.waitFor(() => expect(isRunning(started)).toBe(false), { timeout: 5000 });
  });

  it('does not begin a call whose client left while it waited for a process', async () => {
    const handler = start({ isolation: 'shared', env: { AT_START: 'question', QUESTION: 'ping' } });
    const late = call(handler, '2025', 'count', {}, { signal: AbortSignal.timeout(1) }).catch(() => {});
    await late;
    expect(await textOf(call(handler, '2025', 'count'))).toBe('1');
  });

  it('waits for a process when all are at work', async () => {
    const handler = start({ maxProcesses: 1 });
    const texts = await Promise.all(['one', 'two', 'three'].map((name) => pid(handler, name)));
    expect(new Set(texts).size).toBe(3);
  });

  it('request: keeps nothing', async () => {
    const handler = start({ isolation: 'request' });
    const first = await pid(handler, 'one');
    expect(await pid(handler, 'one')).not.toBe(first);
    await vi.waitFor(() => expect(() => process.kill(Number(first), 0)).toThrow('ESRCH'), { timeout: 5000 });
  });

  it('shared: has one process for everybody', async () => {
    const handler = start({ isolation: 'shared' });
    const first = await pid(handler, 'one');
    expect(await pid(handler, 'two')).toBe(first);
    expect(await unverified(handler)).toBe(first);
  });

  it('answers each of many calls at once with its own', async () => {
    const handler = start({ isolation: 'shared' });
    const texts = await Promise.all(
      Array.from({ length: 50 }, (_, n) => textOf(call(handler, n % 2 ? '2025' : '2026', 'echo', { n }))),
    );
    expect(texts).toEqual(Array.from({ length: 50 }, (_, n) => `{"n":${n}}`));
  });
});

describe('what the process sees', () => {
  const variables = async (more: Partial<StdioServer>, caller?: Caller) =>
    JSON.parse(await textOf(call(start(more), '2025', 'env', {}, { ...(caller && { caller }) })));
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('DATABASE_PASSWORD', 'of-the-function');
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('is what is named, and PATH', async () => {
    expect(await variables({ env: { TOKEN: 'named', NONE: undefined } })).toEqual({
      PATH: process.env.PATH,
      TOKEN: 'named',
    });
  });

  it('is the credentials, and the caller, on demand', async () => {
    const seen = await variables({ awsCredentials: true, callerArnVariable: 'CALLER' });
    expect(seen).toMatchObject({
      AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
      AWS_REGION: 'eu-west-1',
      CALLER: callerOf('one').arn,
    });
    expect(seen).not.toHaveProperty('DATABASE_PASSWORD');
  });
});

it.each([
  [{}, 'takes the command'],
  [{ command: 'node', isolation: 'none' }, "isolation is 'caller', 'request' or 'shared'"],
  [{ command: 'node', isolation: 'shared', callerArnVariable: 'X' }, 'needs a process for each caller'],
  [{ command: 'node', maxProcesses: 0 }, 'a whole number from 1'],
])('refuses options that cannot be meant: %j', (server, said) => {
  expect(() => createLambdaHandler(server as unknown as StdioServer)).toThrow(said);
});
