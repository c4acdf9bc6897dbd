import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditCall } from '../../cli/audit/audit-call.ts';
import { csvLines } from '../../cli/audit/csv.ts';
import { type ReportEntry, readLogEntry } from '../../cli/audit/log-entry.ts';
import { reportPage } from '../../cli/audit/report/page.ts';
import { latencyOf } from '../../cli/audit/summarize.ts';
import { AwsFault, startAwsServices } from '../support/aws-services.ts';
import { bareEnvironment, environmentOf, runCli } from '../support/cli.ts';
import { matchesFilterPattern } from '../support/filter-pattern.ts';
import { ACCOUNT, startTestLambda, type TestLambda } from '../support/lambda.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const HOUR = 3_600_000;
const session = (name: string, account = ACCOUNT) => `arn:aws:sts::${account}:assumed-role/${name}/run-1`;
const ago = (milliseconds: number) => Date.now() - milliseconds;

/** A CloudTrail record of the function's call. */
function event(requestID: string, time: number, changed: object = {}): object {
  const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`;
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: session('agent'), accountId: ACCOUNT, principalId: 'AROAX:run-1' },
    eventTime: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: 'lambda.amazonaws.com',
    eventName: 'InvokeFunctionUrl',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'node',
    requestID,
    eventID: `event-${requestID}`,
    requestParameters: { functionName: ARN },
    resources: [{ type: 'AWS::Lambda::Function', ARN }],
    ...changed,
  };
}

/** A line of the function's log. */
function line(requestId: string, time: number, changed: object = {}): string {
  return JSON.stringify({
    requestId,
    functionName: 'tools',
    method: 'tools/call',
    tool: 'greet',
    caller: session('agent'),
    outcome: 'ok',
    status: 200,
    duration: 12,
    _aws: { Timestamp: time, CloudWatchMetrics: [{ Namespace: 'LambdaMcp' }] },
    ...changed,
  });
}

interface Files {
  readonly trail: readonly object[];
  readonly log: readonly string[];
}

let count = 0;
function write({ trail, log }: Files): string[] {
  count += 1;
  const files = { trail: join(folder, `${count}.jsonl`), log: join(folder, `${count}.log`) };
  writeFileSync(files.trail, trail.map((record) => `${JSON.stringify(record)}\n`).join(''));
  writeFileSync(files.log, log.map((each) => `${each}\n`).join(''));
  return ['--trail', files.trail, '--log', files.log];
}

const audit = (...args: string[]) => runCli(['audit', ...args], { env: bareEnvironment });
async function calls(files: Files, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout, stderr, code } = await audit(...write(files), '--json', ...args);
  expect(stderr).toMatch(/^Read \d+ records? and \d+ lines?/);
  expect([0, 8]).toContain(code);
  return JSON.parse(stdout);
}

describe('after calls of the local Lambda', () => {
  let lambda: TestLambda;
  let files: string[];
  beforeAll(async () => {
    lambda = await startTestLambda('servers/v2.ts', { principals: [{ name: 'nobody' }], timeout: 2000 });
    files = ['--trail', lambda.trailFile, '--log', lambda.logFile];
    const call = (env: Record<string, string>, target: string, ...args: string[]) =>
      runCli(['call', target, ...args], { env });
    const [, , nobody] = lambda.principals;
    await call(environmentOf(lambda, lambda.agent), lambda.functionUrl, 'exit');
    await call(environmentOf(lambda, lambda.agent), lambda.functionUrl, 'loop');
    await call(environmentOf(lambda, lambda.agent), lambda.functionUrl, 'echo', 'text=hello');
    await call(environmentOf(lambda, lambda.agent), lambda.functionUrl, 'throw');
    await call(environmentOf(lambda, lambda.admin), lambda.functionName, 'echo', 'text=hello');
    if (nobody) await call(environmentOf(lambda, nobody), lambda.functionUrl, 'echo', 'text=hello');
  });
  afterAll(() => lambda?.close());

  it('tells who called which tool, by which way, and how it went', async () => {
    const { stdout } = await audit(lambda.functionName, ...files, '--json');
    const found = (JSON.parse(stdout) as AuditCall[]).map(({ caller, tool, via, outcome, evidence }) => {
      return [caller.split('/')[1], tool ?? null, via, outcome, evidence];
    });
    expect(found).toEqual(
      expect.arrayContaining([
        ['agent', 'echo', 'url', 'ok', 'trail and log'],
        ['agent', 'throw', 'url', 'tool_error', 'trail and log'],
        ['admin', 'echo', 'invoke', 'ok', 'trail and log'],
        ['nobody', null, 'url', 'refused', 'refused by AWS'],
        ['agent', null, 'url', 'crashed', 'trail only'],
        ['agent', null, 'url', 'timeout', 'trail only'],
      ]),
    );
    expect(found.filter(([, , , , evidence]) => evidence === 'trail only')).toHaveLength(2);
    expect(found.filter(([, , , , evidence]) => evidence?.startsWith('log only'))).toEqual([]);
  });

  it('prints a table, whole in a pipe and without colour', async () => {
    const { stdout } = await audit(...files);
    const [head = ''] = stdout.split('\n');
    expect(head).toMatch(/^TIME \(UTC\) +CALLER +TOOL +OUTCOME +MS +VIA +EVIDENCE/);
    expect(stdout).toContain(`agent/local (${ACCOUNT})`);
    expect(stdout).toMatch(
      /\(not told\) +crashed .* trail only +the function ran .* ms and logged no message: Runtime\./,
    );
    expect(stdout).toContain('1 failed, 1 timed out, 1 crashed, 1 refused by IAM.');
    expect(stdout).toContain('are not shown (--all shows them)');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    ['caller', 'agent \\(111122223333\\)'],
    ['session', 'agent/local \\(111122223333\\)'],
    ['account', '111122223333'],
    ['ip', '127\\.0\\.0\\.1'],
    ['tool', 'throw'],
    ['outcome', 'refused by IAM'],
    ['hour', '\\d{4}-\\d\\d-\\d\\dT\\d\\d:00Z'],
  ])('sums up by %s', async (by, key) => {
    expect((await audit(...files, '--by', by)).stdout).toMatch(new RegExp(`^${key} .* [1-9]`, 'm'));
  });
});

describe('what stands on one side only', () => {
  it('is shown as such, from either side', async () => {
    const files = {
      trail: [event('both', ago(HOUR)), event('silent', ago(HOUR))],
      log: [line('both', ago(HOUR)), line('unrecorded', ago(HOUR)), line('fresh', ago(5000))],
    };
    const found = new Map((await calls(files)).map(({ requestId, evidence }) => [requestId, evidence]));
    expect(Object.fromEntries(found)).toEqual({
      both: 'trail and log',
      silent: 'trail only',
      unrecorded: 'log only',
      fresh: 'log only, trail due',
    });
    const { stdout } = await audit(...write(files));
    expect(stdout).toContain('2 without a trail record: who called is not proven.');
    expect(stdout).toContain('1 without a log line: what was called is not known.');
  });

  it('is shown even for a protocol message that went well', async () => {
    const log = [line('x', ago(HOUR), { method: 'tools/list', tool: undefined })];
    expect(await calls({ trail: [], log })).toHaveLength(1);
    expect(await calls({ trail: [event('x', ago(HOUR))], log })).toHaveLength(0);
    expect(await calls({ trail: [event('x', ago(HOUR))], log }, '--all')).toHaveLength(1);
  });

  it('is neither good nor bad where the server could not look into its answer', async () => {
    const files = { trail: [event('x', ago(HOUR))], log: [line('x', ago(HOUR), { outcome: 'unknown' })] };
    expect(await calls(files)).toMatchObject([{ evidence: 'trail and log', tool: 'greet', outcome: 'unknown' }]);
    expect((await audit(...write(files))).stdout).toContain('1 calls: 0 ok, 1 unknown.');
  });

  it('says of an invocation without a message how it ended', async () => {
    const report = 'REPORT RequestId: crashed\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout';
    const [call] = await calls({ trail: [event('crashed', ago(HOUR))], log: [report] });
    expect(call).toMatchObject({ evidence: 'trail only', duration: 3000, outcome: 'timeout' });
    const [alone] = await calls({ trail: [], log: [report] });
    expect(alone).toMatchObject({ evidence: 'log only', caller: 'unproven', outcome: 'timeout' });
    const ended = report.replace('Status: timeout', 'Status: success');
    expect((await calls({ trail: [event('crashed', ago(HOUR))], log: [ended] }))[0]).toMatchObject({
      outcome: 'unknown',
      note: 'the function ran 3000 ms and logged no message',
    });
  });
});

describe('who called', () => {
  it('is what AWS says, and a function that believed otherwise is told on', async () => {
    const [call] = await calls({
      trail: [event('x', ago(HOUR), { eventName: 'Invoke' })],
      log: [line('x', ago(HOUR), { caller: session('admin') })],
    });
    expect(call?.caller).toBe(session('agent'));
    expect(call?.note).toContain(`TOOK ITS CALLER FOR ${session('admin')}`);
  });

  it('is the function’s word for another account’s caller, if the account is right', async () => {
    const identity = { type: 'AWSAccount', accountId: '444455556666', principalId: 'AROAY:run-1' };
    const trail = [
      event('x', ago(HOUR), { userIdentity: identity }),
      event('y', ago(HOUR), { userIdentity: identity }),
    ];
    const log = [line('x', ago(HOUR), { caller: session('them', '444455556666') }), line('y', ago(HOUR))];
    const [right, wrong] = await calls({ trail, log });
    expect(right).toMatchObject({ caller: session('them', '444455556666') });
    expect(right?.note).toBeUndefined();
    expect(wrong).toMatchObject({ caller: '444455556666 (AROAY:run-1)', note: expect.stringContaining('TOOK') });
  });

  it('is shown once for a record that CloudTrail delivered twice, and a line logged twice is told on', async () => {
    const record = event('x', ago(HOUR));
    expect(await calls({ trail: [record, record], log: [line('x', ago(HOUR))] })).toHaveLength(1);
    const two = [line('x', ago(HOUR)), line('x', ago(HOUR), { tool: 'rotate_keys', outcome: 'error' })];
    const twice = await calls({ trail: [record], log: two });
    expect(twice).toMatchObject([{ evidence: 'conflict', outcome: 'unknown', caller: session('agent') }]);
    expect(twice[0]?.tool).toBeUndefined();
    expect(twice[0]?.note).toContain('several lines for this request (greet: ok, rotate_keys: error)');
  });
});

describe('what is asked for', () => {
  const files = {
    trail: [
      event('old', ago(30 * HOUR)),
      event('new', ago(HOUR)),
      event('other', ago(HOUR), {
        resources: [{ type: 'AWS::Lambda::Function', ARN: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools-2` }],
      }),
    ],
    log: [
      line('old', ago(30 * HOUR)),
      line('new', ago(HOUR), { tool: 'rotate_keys' }),
      line('other', ago(HOUR), { functionName: 'tools-2' }),
    ],
  };
  const ids = async (...args: string[]) => (await calls(files, ...args)).map(({ requestId }) => requestId);

  it('is the last day, or since when is said', async () => {
    expect(await ids('--since', '2d')).toEqual(['old', 'new', 'other']);
    expect(await ids()).toEqual(['new', 'other']);
    expect(await ids('--since', '2d', '--until', '24h')).toEqual(['old']);
  });

  it('is one function’s, one caller’s, one tool’s', async () => {
    expect(await ids('tools')).toEqual(['new']);
    expect(await ids(`arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools-2`)).toEqual(['other']);
    expect(await ids('--tool', 'rotate_*')).toEqual(['new']);
    expect(await ids('--tool', 'rotate')).toEqual(['new']);
    expect(await ids('--caller', 'nobody')).toEqual([]);
    expect(await ids('--caller', '*:assumed-role/agent/*')).toEqual(['new', 'other']);
  });

  it('may be nothing', async () => {
    const { stdout, stderr, code } = await audit(...write({ trail: [], log: [] }));
    expect(code).toBe(0);
    expect(stderr).toContain('neither a record nor a line');
    expect(stdout).toMatch(/^No calls from .* to /);
  });

  it.each([
    [['--since', 'yesterday'], '--since takes'],
    [['--by', 'day'], '--by takes'],
    [['--csv', '--json'], 'exclude each other'],
    [['--since', '1h', '--until', '2h'], 'later than'],
  ])('says what is wrong with %s', async (args, message) => {
    const { code, stderr } = await audit(...write(files), ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('needs both sides', async () => {
    expect((await audit('tools', '--trail', 'x')).stderr).toContain('--trail and --log go together');
    expect((await audit('tools')).stderr).toContain('aws cloudtrail describe-trails');
    const { code, stderr } = await audit('--trail', '/no/such/file', '--log', '/no/such/file');
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no such file')]);
  });
});

it('reads CloudTrail’s own files, gzipped in a folder of folders, beside other files', async () => {
  const trail = join(folder, 'AWSLogs', ACCOUNT, 'CloudTrail', 'us-east-1');
  mkdirSync(trail, { recursive: true });
  const other = { eventSource: 's3.amazonaws.com', eventName: 'GetObject', requestID: 's3' };
  writeFileSync(
    join(trail, 'a.json.gz'),
    gzipSync(JSON.stringify({ Records: [event('a', ago(HOUR)), other] }, null, 1)),
  );
  writeFileSync(join(trail, 'b.json'), JSON.stringify({ Records: [event('b', ago(HOUR))] }));
  writeFileSync(join(trail, 'digest.json'), JSON.stringify({ awsAccountId: ACCOUNT, logFiles: [] }));
  const log = join(folder, 'mixed.log');
  writeFileSync(log, `INIT_START\nnot json {\n${line('a', ago(HOUR))}\n${line('b', ago(HOUR))}\n`);
  const { stdout } = await audit('--trail', join(folder, 'AWSLogs'), '--log', log, '--json');
  expect(JSON.parse(stdout).map(({ evidence }: AuditCall) => evidence)).toEqual(['trail and log', 'trail and log']);
});

it('knows a line at the top level only, by its namespace', () => {
  const own = line('x', 1000);
  expect(readLogEntry(own, undefined)).toMatchObject({ kind: 'line', requestId: 'x', tool: 'greet', time: 1000 });
  const wrapped = [
    `2026-11-20T12:00:00.000Z\tx\tINFO\t${own}`,
    `2026-11-20T12:00:00.000Z ${own}`,
    ` ${own}`,
    JSON.stringify({ level: 'INFO', message: JSON.parse(own) }),
    JSON.stringify({ timestamp: '2026-11-20T12:00:00.000Z', level: 'INFO', requestId: 'x', message: own }),
    JSON.stringify([JSON.parse(own)]),
    JSON.stringify({ ...JSON.parse(own), _aws: undefined }),
    JSON.stringify({ ...JSON.parse(own), _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'Other' }] } }),
  ];
  for (const each of wrapped) expect(readLogEntry(each, 1)).toBeUndefined();
});

it.each([
  ['success', undefined, undefined],
  ['timeout', undefined, { outcome: 'timeout', reason: 'timeout' }],
  ['error', 'Runtime.ExitError', { outcome: 'crashed', reason: 'Runtime.ExitError' }],
  ['failure', undefined, { outcome: 'crashed', reason: 'failure' }],
])('knows the report lines of both log formats: %s', (status, errorType, failure) => {
  const record = { requestId: 'x', status, errorType, metrics: { durationMs: 3000 } };
  const json = JSON.stringify({ time: '2026-11-20T12:00:00.000Z', type: 'platform.report', record });
  const said = `Status: ${status}${errorType ? `\tError Type: ${errorType}` : ''}`;
  const text = `REPORT RequestId: x\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t${said}`;
  for (const each of [json, text]) {
    expect(readLogEntry(each, 1)).toMatchObject({ kind: 'report', requestId: 'x', duration: 3000, time: 1 });
    expect((readLogEntry(each, 1) as ReportEntry).failure).toEqual(failure);
  }
});

it('counts percentiles by nearest rank', () => {
  const durations = Array.from({ length: 100 }, (_, index) => ({ duration: index + 1 }) as AuditCall);
  expect(latencyOf(durations)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  expect(latencyOf([])).toBeUndefined();
});

describe('for spreadsheets', () => {
  it('is RFC 4180, and no text becomes a formula', async () => {
    const tools = ['=HYPERLINK("http://evil","x")', '+1', '-1', '@SUM(A1)', '\t=1', 'a,b', 'say "hi"', 'two\nlines'];
    const files = {
      trail: tools.map((_, at) => event(`${at}`, ago(HOUR))),
      log: tools.map((tool, at) => line(`${at}`, ago(HOUR), { tool })),
    };
    const { stdout } = await audit(...write(files), '--csv');
    expect(stdout.split('\r\n')).toHaveLength(tools.length + 2);
    expect(stdout).toContain(`,"'=HYPERLINK(""http://evil"",""x"")",`);
    for (const safe of [
      ",'+1,",
      ",'-1,",
      ",'@SUM(A1),",
      ",'\\u{9}=1,",
      ',"a,b",',
      ',"say ""hi""",',
      ',two\\u{a}lines,',
    ]) {
      expect(stdout).toContain(safe);
    }
  });

  it('has the header alone when there is nothing', () => {
    expect([...csvLines([], 'arm64')].join('')).toMatch(/^time,caller,evidence,[^\n]*\r\n$/);
  });
});

describe('as a page', () => {
  it('is one file that loads nothing, and no name of a tool gets out of its text', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '</style><b>',
    ];
    const files = {
      trail: hostile.map((_, at) =>
        event(`${at}`, ago(HOUR), {
          userAgent: '<script>',
          ...(at === 0 && { userIdentity: { arn: `${session('<script>')}` } }),
        }),
      ),
      log: hostile.map((tool, at) => line(`${at}`, ago(HOUR), { tool })),
    };
    const page = join(folder, 'report.html');
    const { code, stderr } = await audit('tools', ...write(files), '--html', page);
    expect([code, stderr.endsWith(`Written to ${page}\n`)]).toEqual([0, true]);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain("default-src 'none'");
    // A table whose rows are shown as cards is one to a screen reader by its roles alone.
    expect(html).not.toMatch(/<(?:table|tr|th|td)(?! role=)/);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|<b>x|https?:\/\/(?!www\.w3\.org)/i);
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    const tags = new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => !KNOWN_TAGS.has(tag ?? ''))).toEqual([]);
    const attributes = [...html.matchAll(/<[a-z][^>]*?>/gi)].flatMap(([tag]) => [
      ...tag.matchAll(/ ([a-z-]+)="[^"]*"/gi),
    ]);
    expect(attributes.map(([, name]) => name).filter((name) => name?.startsWith('on'))).toEqual([]);
  });

  it('can be made of more callers and tools than a page can show', () => {
    const time = ago(HOUR);
    const calls = Array.from({ length: 150_000 }, (_, at) => {
      return {
        time,
        requestId: `${at}`,
        caller: session(`a${at}`),
        role: session(`a${at}`),
        tool: `t${at}`,
        duration: 1,
        outcome: 'ok',
        evidence: 'trail and log',
      } as AuditCall;
    });
    const page = reportPage({
      functionName: 'tools',
      since: ago(2 * HOUR),
      until: ago(0),
      calls,
      leftOut: 0,
      sources: [],
      filters: [],
      architecture: 'arm64',
      completeness: { read: '', missing: [], remarks: [] },
      unusual: { findings: [], comparedWith: '' },
    });
    expect(page.length).toBeLessThan(2_000_000);
  });

  it('can be made of nothing', async () => {
    const page = join(folder, 'empty.html');
    await audit('tools', ...write({ trail: [], log: [] }), '--html', page);
    expect(readFileSync(page, 'utf8')).toContain('There were no calls.');
  });

  it('says where it could not be written', async () => {
    const { code, stderr } = await audit(...write({ trail: [], log: [] }), '--html', '/no/such/folder/x.html');
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
  });
});

const KNOWN_TAGS = new Set(
  'html head meta title style body main h1 h2 p section div span b i a ul li table tr th td svg g rect line code details summary footer'.split(
    ' ',
  ),
);

describe('from CloudWatch Logs', () => {
  const at = ago(HOUR);
  const report = 'REPORT RequestId: c\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout';
  const platform = JSON.stringify({ type: 'platform.report', record: { requestId: 'd', status: 'timeout' } });
  /** Pages of messages, by log group: what the command asks for, among others. */
  const groups: Record<string, string[][]> = {
    '/trail': [
      [
        JSON.stringify(event('a', at, { requestParameters: null })),
        JSON.stringify(event('s3', at, { eventSource: 's3.amazonaws.com' })),
      ],
      [],
      [
        JSON.stringify(event('b', at, { resources: undefined })),
        JSON.stringify(event('x', at, { requestParameters: { functionName: 'x' }, resources: [] })),
      ],
    ],
    '/aws/lambda/tools': [
      ['INIT_START', line('a', at), 'chatter of the function', report],
      [line('b', at), platform],
    ],
  };
  const allowed = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource: '*' }],
  } as const;
  const found: string[] = [];
  const services = (policy = allowed as Parameters<typeof startAwsServices>[0]) =>
    startAwsServices(policy, {
      FilterLogEvents: ({ logGroupName, filterPattern, nextToken = '0' }) => {
        const pages = groups[logGroupName];
        if (!pages) throw new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.');
        const page = Number(nextToken);
        const messages = pages[page]?.filter((message) => matchesFilterPattern(filterPattern, message)) ?? [];
        found.push(...messages);
        const events = messages.map((message) => ({ message, timestamp: at }));
        return { events, ...(page + 1 < pages.length && { nextToken: `${page + 1}` }) };
      },
    });

  it('reads every page of both groups, through AWS’s client', async () => {
    const aws = await services();
    const env = { ...bareEnvironment, ...aws.environment, AWS_REGION: 'eu-west-1' };
    const { code, stdout, stderr } = await runCli(['audit', 'tools', '--trail-group', '/trail', '--json'], { env });
    await aws.close();
    expect([code, stderr]).toEqual([0, expect.stringContaining('Read 2 records and 2 lines')]);
    const evidence = (JSON.parse(stdout) as AuditCall[]).map((call) => [call.requestId, call.evidence]);
    expect(Object.fromEntries(evidence)).toEqual({
      ...{ a: 'trail and log', b: 'trail and log' },
      ...{ c: 'log only', d: 'log only' },
    });
    expect(found).toHaveLength(8);
    const read = aws.calls.filter(({ operation }) => operation === 'FilterLogEvents');
    expect(read.map(({ input }) => input.logGroupName)).toEqual([
      ...Array(3).fill('/trail'),
      ...Array(4).fill('/aws/lambda/tools'),
    ]);
    expect(read.every(({ region, input }) => region === 'eu-west-1' && input.startTime < ago(24 * HOUR))).toBe(true);
  });

  it('names the group that is not there, and the permission that is missing', async () => {
    const aws = await services();
    const env = { ...bareEnvironment, ...aws.environment, AWS_REGION: 'eu-west-1' };
    const missing = await runCli(['audit', 'tools', '--trail-group', '/nope'], { env });
    await aws.close();
    expect([missing.code, missing.stderr]).toEqual([5, expect.stringContaining('There is no log group /nope')]);

    const strict = await services({ Version: '2012-10-17', Statement: [] });
    const refused = await runCli(['audit', 'tools', '--trail-group', '/trail'], {
      env: { ...env, ...strict.environment },
    });
    await strict.close();
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining('You need logs:FilterLogEvents on /trail'),
    ]);
  });

  it('needs credentials', async () => {
    const { code, stderr } = await audit('tools', '--trail-group', '/trail', '--region', 'us-east-1');
    expect([code, stderr]).toEqual([3, expect.stringContaining('No AWS credentials')]);
  });
});

describe('functions of one name in several places', () => {
  const there = 'arn:aws:lambda:eu-west-1:444455556666:function:tools';
  const files: Files = {
    trail: [
      event('here', ago(HOUR)),
      event('there', ago(HOUR), { resources: [{ type: 'AWS::Lambda::Function', ARN: there }] }),
    ],
    log: [line('here', ago(HOUR)), line('there', ago(HOUR))],
  };

  it('are told apart by an ARN, and the lines of the other are no conflict', async () => {
    for (const [arn, requestId] of [
      [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`, 'here'],
      [there, 'there'],
    ] as const) {
      const { stdout, stderr } = await audit(arn, ...write(files), '--json');
      expect(JSON.parse(stdout)).toMatchObject([{ requestId, evidence: 'trail and log' }]);
      expect(stderr).toContain('1 record and 1 line of other functions were left out');
    }
  });

  it('are told of where the name alone is given', async () => {
    const { stdout, stderr } = await audit('tools', ...write(files), '--json');
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(stderr).toContain(
      `2 functions have this name (us-east-1 in ${ACCOUNT}, eu-west-1 in 444455556666), and their calls stand together: give`,
    );
  });
});
