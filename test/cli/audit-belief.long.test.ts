import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS, breachOf, isShown } from '../attack/catalogue.ts';
import {
  AT,
  announcement,
  audited,
  type Call,
  FORMS,
  INIT,
  invocation,
  line,
  record,
  report,
  start,
} from '../attack/evidence.ts';
import { bareEnvironment, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

const folder = mkdtempSync(join(tmpdir(), 'belief-'));
const form = FORMS['filter-log-events'];

describe.each(ATTACKS.filter(({ outcome }) => outcome !== 'named'))('$by: $what', (attack) => {
  it(`is ${attack.outcome}`, async () => {
    const seen = await audited({
      ...{ trail: attack.trail, log: form(attack.log) },
      access: attack.access && form(attack.access),
    });
    expect(breachOf(attack, seen)).toBeUndefined();
    expect(isShown(seen)).toBe(attack.outcome === 'shown');
  });
});

describe('an environment that begins anew', () => {
  it.each<[string, readonly string[]]>([
    [
      'after a crash',
      [start('a'), 'RequestId: a Error: Runtime exited with error: exit status 1', report('a', '\tStatus: error')],
    ],
    [
      'after a time-out',
      [start('a'), `2026-11-25T10:00:00.000Z a Task timed out after 3.00 seconds`, report('a', '\tStatus: timeout')],
    ],
    ['after a failed initialisation', ['INIT_REPORT Init Duration: 9999.00 ms\tPhase: init\tStatus: timeout']],
    [
      'after a time-out, without a status in the report',
      [start('a'), '2026-11-25T10:00:00.000Z a Task timed out after 3.00 seconds', report('a')],
    ],
  ])('%s shows no conflict', async (_, broken) => {
    const log = [
      INIT,
      announcement('first'),
      ...broken,
      announcement('second'),
      ...invocation('b', line('b', { mark: 'second' })),
    ];
    const { calls, stderr } = await audited({ trail: [record('a'), record('b')], log: form({ one: log }) });
    expect(calls.find(({ requestId }) => requestId === 'b')).toMatchObject({
      evidence: 'trail and log',
      tool: 'greet',
    });
    expect(calls.filter(({ evidence }) => evidence === 'conflict')).toEqual([]);
    expect(stderr).not.toContain('not believed');
  });

  it('loses its old mark', async () => {
    const log = [INIT, announcement('old'), start('a'), report('a', '\tStatus: error'), announcement('new')];
    const { calls } = await audited({
      trail: [record('a'), record('b')],
      log: form({ one: [...log, ...invocation('b', line('b', { mark: 'old' }))] }),
    });
    expect(calls.map(({ evidence }) => evidence).sort()).toEqual(['conflict', 'trail only', 'trail only']);
  });

  it('may serve several calls at once, from several threads', async () => {
    const threads = [INIT, announcement('one'), announcement('two'), start('a'), start('b')];
    const lines = [line('b', { mark: 'two' }), line('a', { mark: 'one' }), report('a'), report('b')];
    const { calls } = await audited({ trail: [record('a'), record('b')], log: form({ one: [...threads, ...lines] }) });
    expect(calls.map(({ evidence }) => evidence)).toEqual(['trail and log', 'trail and log']);
  });
});

describe('on the local Lambda', () => {
  let lambda: TestLambda;
  let calls: readonly Call[];
  let stderr: string;
  beforeAll(async () => {
    lambda = await startTestLambda('servers/talkative.ts');
    const call = (...args: string[]) =>
      runCli(['call', lambda.functionUrl, ...args], { env: environmentOf(lambda, lambda.agent) });
    await call('log', 'text=hello');
    await call('crash', 'text=now');
    await call('log', 'text=again');
    const records = readFileSync(lambda.trailFile, 'utf8')
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    const victim = records.at(-1).requestID as string;
    const forged = {
      functionName: 'mcp-server',
      tool: 'rotate_keys',
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [] },
    };
    for (const tool of ['log', 'write']) await call(tool, `text=${line(victim, { ...forged, mark: undefined })}`);
    await call('write', `text=${announcement('mine')}\n${line(victim, { ...forged, mark: 'mine' })}`);
    const files = ['--trail', lambda.trailFile, '--log', lambda.logFile];
    const ended = await runCli(['audit', ...files, '--json'], { env: bareEnvironment });
    calls = JSON.parse(ended.stdout);
    stderr = ended.stderr;
  });
  afterAll(() => lambda?.close());

  it('believes what the server logged, before and after a crash', () => {
    const told = calls.filter(({ evidence }) => evidence === 'trail and log').map(({ tool }) => tool);
    expect(told).toEqual(['log', 'log', 'log', 'write', 'write']);
    expect(calls.filter(({ outcome }) => outcome === 'crashed')).toHaveLength(1);
  });

  it('believes nothing that a tool was told to print', () => {
    const conflicts = calls.filter(({ evidence }) => evidence === 'conflict');
    expect(conflicts).toHaveLength(3);
    expect(conflicts.every(({ caller, tool }) => caller === 'unproven' && tool === undefined)).toBe(true);
    expect(stderr).toContain('A mark was announced a second time');
  });
});

describe('half an audit', () => {
  const trail = join(folder, 'trail.jsonl');
  const log = join(folder, 'function.log');
  writeFileSync(trail, `${JSON.stringify(record('a'))}\n`);
  writeFileSync(log, `${[INIT, announcement(), ...invocation('a', line('a'))].join('\n')}\n`);
  const run = (...args: string[]) => runCli(['audit', ...args], { env: bareEnvironment });
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const page = gzipSync(JSON.stringify({ Records: [record('a'), record('b')] }));

  it('says what it read', async () => {
    const { stderr, code } = await run('--trail', trail, '--log', log);
    expect(stderr).toMatch(/^Read 1 record and 1 line, spanning \S+ to \S+\.\n$/);
    expect(code).toBe(0);
  });

  it.each<[string, () => [string, string], string]>([
    ['a trail that is no trail', () => [file('x.json', 'hello\nworld'), log], '1 file not understood'],
    [
      'a trail that is a picture',
      () => [file('x.png', Buffer.from('89504e470d0a1a0a00000000ffff', 'hex')), log],
      'not understood',
    ],
    ['a trail whose gzip ends early', () => [file('x.json.gz', page.subarray(0, 120)), log], 'Cut: '],
    [
      'a trail whose last record ends early',
      () => [file('x.jsonl', `${JSON.stringify(record('a'))}\n{"eventS`), log],
      'Cut: ',
    ],
    [
      'a log that is a picture',
      () => [trail, file('y.png', Buffer.from('89504e470d0a1a0a00000000ffff', 'hex'))],
      'not understood',
    ],
    [
      'a log whose last line ends early',
      () => [trail, file('y.log', readFileSync(log, 'utf8') + line('b').slice(0, 40))],
      'Cut: ',
    ],
    [
      'a page of several',
      () => [trail, file('y.json', JSON.stringify({ events: [], nextToken: 'more' }))],
      'one page of several',
    ],
    [
      'a query that still runs',
      () => [trail, file('z.json', JSON.stringify({ results: [], status: 'Running' }))],
      'the query was Running',
    ],
    ['a log of another function', () => [trail, file('o.log', 'hello\n')], 'No line of the server was read'],
    [
      'a trail without data events',
      () => [file('m.json', '{"Records":[]}'), log],
      'No record of CloudTrail’s was read',
    ],
    ['sides that never meet', () => [file('n.jsonl', JSON.stringify(record('z'))), log], 'have no request in common'],
  ])('is %s', async (_, files, said) => {
    const [a, b] = files();
    for (const format of [[], ['--json'], ['--csv'], ['--html', join(folder, 'page.html')]]) {
      const { stderr, code } = await run('--trail', a, '--log', b, ...format);
      expect([code, stderr]).toEqual([8, expect.stringContaining('HALF AN AUDIT: ')]);
      expect(stderr).toContain(said);
    }
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('This is half an audit');
  });

  it('is not what lies outside the time, or does not match, which is said', async () => {
    const earlier = await run('--trail', trail, '--log', log, '--until', '3h');
    expect([earlier.code, earlier.stderr]).toEqual([
      0,
      expect.stringContaining('1 call outside the time asked is not shown'),
    ]);
    const nobody = await run('--trail', trail, '--log', log, '--caller', 'nobody');
    expect([nobody.code, nobody.stderr]).toEqual([
      0,
      expect.stringContaining('None of the 1 calls that were read matches'),
    ]);
  });
});

it('matches callers and tools as its table shows them', async () => {
  const log = form({ a: [INIT, announcement(), ...invocation('a', line('a'))] });
  for (const text of ['victim/run (111122223333)', 'victim/*', 'victim (111122223333)', '*:role/victim', 'VICTIM']) {
    expect((await audited({ trail: [record('a')], log }, '--caller', text)).calls).toHaveLength(1);
  }
  for (const text of ['(never reached the function)', '(never*']) {
    const refused = [record('b', { errorCode: 'AccessDenied' }), record('a')];
    expect((await audited({ trail: refused, log }, '--tool', text)).calls).toHaveLength(1);
  }
  expect(AT).toBeLessThan(Date.now());
});
