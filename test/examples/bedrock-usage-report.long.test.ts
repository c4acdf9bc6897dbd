import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerName } from '../../examples/aws-tools/caller-name.ts';
import { invocationQuery } from '../../examples/aws-tools/invocation-query.ts';
import { modelName } from '../../examples/aws-tools/model-name.ts';
import { AwsFault, type Operations } from '../support/aws-services.ts';
import { errorOf, fail, LOG_GROUP, startAwsTools, textOf } from '../support/aws-tools.ts';
import { type Invocation, role, shapes, toEvent, user } from '../support/invocation-records.ts';
import { ACCOUNT } from '../support/lambda.ts';
import { insightsService, runInsights } from '../support/logs-insights.ts';

const OTHER = '444455556666';
const PROFILE = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const TODAY = dayBefore(0);

type Kind = keyof typeof shapes;
/** A record's kind and truth, with the names that the report should give model and caller. */
interface Case extends Invocation {
  readonly kind: Kind;
  readonly model: string;
  readonly caller: string;
}
const invocation = (
  kind: Kind,
  ago: number,
  caller: string,
  rest: Partial<Case> & Pick<Invocation, 'modelId' | 'arn'>,
): Case => ({ kind, day: dayBefore(ago), region: 'us-east-1', account: ACCOUNT, model: SONNET, caller, ...rest });

const AGENT = `role/agent (${ACCOUNT})`;
const ALICE = `user/team/alice (${ACCOUNT})`;

/** One of each kind of record, over four days, two regions and two accounts. */
const INVOCATIONS: Case[] = [
  invocation('text', 3, ALICE, {
    modelId: 'amazon.titan-text-express-v1',
    model: 'amazon.titan-text-express-v1',
    arn: user('team/alice'),
    input: 12,
    output: 30,
  }),
  invocation('converse', 3, AGENT, {
    modelId: SONNET,
    arn: role('agent', 'run-1'),
    input: 100,
    output: 200,
    cacheRead: 0,
    cacheWrite: 1500,
  }),
  invocation('converseStream', 1, AGENT, {
    modelId: `us.${SONNET}`,
    arn: role('agent', 'run-2'),
    input: 40,
    output: 60,
    cacheRead: 1500,
    cacheWrite: 0,
  }),
  invocation('stream', 1, AGENT, {
    modelId: `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/global.${SONNET}`,
    arn: role('agent', 'run-2'),
    input: 7,
    output: 9,
    cacheRead: 11,
    cacheWrite: 13,
  }),
  invocation('long', 1, AGENT, {
    modelId: `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}:200k`,
    arn: role('agent', 'run-1'),
    input: 5000,
    output: 800,
    cacheRead: 2,
    cacheWrite: 95_000,
  }),
  invocation('lookalike', 0, `role/audit (${ACCOUNT})`, {
    modelId: PROFILE,
    arn: role('audit', 'nightly'),
    input: 6001,
    output: 17,
    cacheRead: 23,
    cacheWrite: 29,
  }),
  invocation('inS3', 0, ALICE, {
    modelId: `eu.${SONNET}`,
    arn: user('team/alice'),
    region: 'eu-central-1',
    input: 120_000,
    output: 77,
  }),
  invocation('embedding', 0, AGENT, {
    modelId: 'amazon.titan-embed-text-v2:0',
    model: 'amazon.titan-embed-text-v2:0',
    arn: role('agent', 'run-2'),
    region: 'eu-central-1',
    input: 55,
  }),
  invocation('image', 0, `user/bob (${OTHER})`, {
    modelId: 'amazon.nova-canvas-v1:0',
    model: 'amazon.nova-canvas-v1:0',
    arn: user('bob', OTHER),
    account: OTHER,
    region: 'eu-central-1',
  }),
  invocation('long', 0, AGENT, { modelId: SONNET, arn: role('agent', 'run-3'), errorCode: 'ThrottlingException' }),
  invocation('converse', 0, `role/agent (${OTHER})`, {
    modelId: SONNET,
    arn: role('agent', 'job', OTHER),
    account: OTHER,
    region: 'eu-central-1',
    errorCode: 'ValidationException',
    input: 3,
  }),
];
/** Of a day before those that are asked for. */
const EARLIER = invocation('converse', 6, 'nobody', { modelId: SONNET, arn: user('carol'), input: 1e6, output: 1e6 });

/** Sums from what the records were made of, by none of the means of the report. */
function count(cases: readonly Case[]) {
  const sums = {
    invocations: 0,
    failed: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrittenTokens: 0,
  };
  for (const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, errorCode } of cases) {
    sums.invocations += 1;
    sums.failed += errorCode === undefined ? 0 : 1;
    sums.inputTokens += input;
    sums.outputTokens += output;
    sums.cacheReadTokens += cacheRead;
    sums.cacheWrittenTokens += cacheWrite;
  }
  return { ...sums, totalTokens: sums.inputTokens + sums.outputTokens };
}

/** What the report should add up to by these, its rows in any order. */
function countBy(...keys: ('model' | 'caller' | 'region')[]) {
  const groups = Map.groupBy(INVOCATIONS, (each) => keys.map((key) => each[key]).join(' '));
  const rows = [...groups].map(([, same]) => ({ ...pick(same[0] as Case, keys), ...count(same) }));
  return expect.toSatisfy(({ rows: found, leftOut }) => {
    expect(sorted(found.map(({ sessions: _, ...row }: { sessions?: unknown }) => row))).toEqual(sorted(rows));
    return leftOut === null;
  });
}

const pick = (from: Case, keys: readonly (keyof Case)[]) => Object.fromEntries(keys.map((key) => [key, from[key]]));
const sorted = (rows: object[]) =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => a.localeCompare(b)))).sort();

const profiles = {
  GetInferenceProfile: ({ inferenceProfileIdentifier: arn }: { inferenceProfileIdentifier: string }) => ({
    inferenceProfileArn: arn,
    inferenceProfileId: arn.split('/')[1],
    inferenceProfileName: 'search',
    models: ['us-east-1', 'us-west-2'].map((region) => ({
      modelArn: `arn:aws:bedrock:${region}::foundation-model/${SONNET}`,
    })),
    status: 'ACTIVE',
    type: 'APPLICATION',
  }),
};

const REGIONS = ['us-east-1', 'eu-central-1'];

/**
 * The invocations as the log groups of their regions have them.
 *
 * @param looks that a query takes
 */
function logs(invocations = [...INVOCATIONS, EARLIER], looks = 1) {
  const events = (region: string) =>
    invocations.flatMap((each, index) => (each.region === region ? [toEvent(each, shapes[each.kind], index)] : []));
  const { operations, queries } = insightsService(
    Object.fromEntries(REGIONS.map((region) => [region, { [LOG_GROUP]: events(region), '/other': [] }])),
    looks,
  );
  return { operations: { ...operations, ...profiles } as Operations, queries };
}

const TOOL = 'get_bedrock_usage_report';
type Server = Awaited<ReturnType<typeof startAwsTools>>;
const call = ({ client }: Server, args = {}) => client.callTool({ name: TOOL, arguments: args });

/** One server for the tests that need no other settings; what AWS answers is each test's own. */
const operations: Operations = {};
let server: Server;
let before = 0;
function answer(given: Operations): void {
  before = server.aws.calls.length;
  for (const name of Object.keys(operations)) delete operations[name];
  Object.assign(operations, given);
}
const report = async (args: object) => (await call(server, args)).structuredContent;
const asked = (operation?: string) =>
  server.aws.calls.slice(before).filter((each) => operation === undefined || each.operation === operation);

beforeAll(async () => {
  server = await startAwsTools(operations, { regions: REGIONS, logGroups: [LOG_GROUP, '/other'] });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The report on `INVOCATIONS`, which end today. */
const TEXT = (until: string) => `# Amazon Bedrock usage: 5 days, us-east-1, eu-central-1

From ${dayBefore(4)} 00:00 to ${until}, times and days in UTC. Log group /bedrock/invocations, all accounts in it.

| Total                  |         |
|------------------------|--------:|
| Requests               |      11 |
| Input tokens           | 131,218 |
| Completion tokens      |   1,193 |
| Total tokens           | 132,411 |
| Cached tokens, read    |   1,536 |
| Cached tokens, written |  96,542 |

## By day

| Day        | Requests | Failed |   Input | Completion |   Total | Cache read | Cache written |
|------------|---------:|-------:|--------:|-----------:|--------:|-----------:|--------------:|
| ${dayBefore(4)} |        0 |      0 |       0 |          0 |       0 |          0 |             0 |
| ${dayBefore(3)} |        2 |      0 |     112 |        230 |     342 |          0 |         1,500 |
| ${dayBefore(2)} |        0 |      0 |       0 |          0 |       0 |          0 |             0 |
| ${dayBefore(1)} |        3 |      0 |   5,047 |        869 |   5,916 |      1,513 |        95,013 |
| ${dayBefore(0)} |        6 |      2 | 126,059 |         94 | 126,153 |         23 |            29 |

## By region

| Region       | Requests | Failed |   Input | Completion |   Total | Cache read | Cache written |
|--------------|---------:|-------:|--------:|-----------:|--------:|-----------:|--------------:|
| us-east-1    |        7 |      1 |  11,160 |      1,116 |  12,276 |      1,536 |        96,542 |
| eu-central-1 |        4 |      1 | 120,058 |         77 | 120,135 |          0 |             0 |

## Total tokens by day and region

| Day        | us-east-1 | eu-central-1 |
|------------|----------:|-------------:|
| ${dayBefore(4)} |         0 |            0 |
| ${dayBefore(3)} |       342 |            0 |
| ${dayBefore(2)} |         0 |            0 |
| ${dayBefore(1)} |     5,916 |            0 |
| ${dayBefore(0)} |     6,018 |      120,135 |

## By model

| Model                                     | Requests | Failed |   Input | Completion |   Total | Cache read | Cache written |
|-------------------------------------------|---------:|-------:|--------:|-----------:|--------:|-----------:|--------------:|
| anthropic.claude-sonnet-4-5-20250929-v1:0 |        8 |      2 | 131,151 |      1,163 | 132,314 |      1,536 |        96,542 |
| amazon.titan-embed-text-v2:0              |        1 |      0 |      55 |          0 |      55 |          0 |             0 |
| amazon.titan-text-express-v1              |        1 |      0 |      12 |         30 |      42 |          0 |             0 |
| amazon.nova-canvas-v1:0                   |        1 |      0 |       0 |          0 |       0 |          0 |             0 |

## By user and role

| User or role                   | Requests | Failed |   Input | Completion |   Total | Cache read | Cache written |
|--------------------------------|---------:|-------:|--------:|-----------:|--------:|-----------:|--------------:|
| role/agent (111122223333)      |        6 |      1 |   5,202 |      1,069 |   6,271 |      1,513 |        96,513 |
| ↳ run-2                        |        3 |      0 |     102 |         69 |     171 |      1,511 |            13 |
| ↳ run-1                        |        2 |      0 |   5,100 |      1,000 |   6,100 |          2 |        96,500 |
| ↳ run-3                        |        1 |      1 |       0 |          0 |       0 |          0 |             0 |
| user/team/alice (111122223333) |        2 |      0 | 120,012 |        107 | 120,119 |          0 |             0 |
| role/audit (111122223333)      |        1 |      0 |   6,001 |         17 |   6,018 |         23 |            29 |
| ↳ nightly                      |        1 |      0 |   6,001 |         17 |   6,018 |         23 |            29 |
| role/agent (444455556666)      |        1 |      1 |       3 |          0 |       3 |          0 |             0 |
| ↳ job                          |        1 |      1 |       3 |          0 |       3 |          0 |             0 |
| user/bob (444455556666)        |        1 |      0 |       0 |          0 |       0 |          0 |             0 |

## By model and caller

| Model                                     | User or role                   | Requests | Failed |   Input | Completion |   Total | Cache read | Cache written |
|-------------------------------------------|--------------------------------|---------:|-------:|--------:|-----------:|--------:|-----------:|--------------:|
| anthropic.claude-sonnet-4-5-20250929-v1:0 | role/agent (111122223333)      |        5 |      1 |   5,147 |      1,069 |   6,216 |      1,513 |        96,513 |
| anthropic.claude-sonnet-4-5-20250929-v1:0 | user/team/alice (111122223333) |        1 |      0 | 120,000 |         77 | 120,077 |          0 |             0 |
| anthropic.claude-sonnet-4-5-20250929-v1:0 | role/audit (111122223333)      |        1 |      0 |   6,001 |         17 |   6,018 |         23 |            29 |
| amazon.titan-embed-text-v2:0              | role/agent (111122223333)      |        1 |      0 |      55 |          0 |      55 |          0 |             0 |
| amazon.titan-text-express-v1              | user/team/alice (111122223333) |        1 |      0 |      12 |         30 |      42 |          0 |             0 |
| anthropic.claude-sonnet-4-5-20250929-v1:0 | role/agent (444455556666)      |        1 |      1 |       3 |          0 |       3 |          0 |             0 |
| amazon.nova-canvas-v1:0                   | user/bob (444455556666)        |        1 |      0 |       0 |          0 |       0 |          0 |             0 |

## Notes

- Cached tokens are in no sum of input or total tokens.
- 2 of 11 requests failed.
- The log gives no input tokens for 2 of 11 requests.
- The log gives no completion tokens for 4 of 11 requests.
- CloudWatch Logs scanned 22 records, 0.022 GB.`;

describe('get_bedrock_usage_report', () => {
  it('is read by people: all of it', async () => {
    answer(logs().operations);
    const result = await call(server, { days: 5 });
    const { until } = result.structuredContent as { until: string };
    expect(textOf(result).split('\n')).toEqual(TEXT(until.slice(0, 16).replace('T', ' ')).split('\n'));
  });

  it('adds up what an independent count of the records does', async () => {
    answer(logs().operations);
    expect(await report({ days: 5 })).toMatchObject({
      days: 5,
      from: `${dayBefore(4)}T00:00:00.000Z`,
      until: expect.stringMatching(new RegExp(`^${TODAY}T`)),
      regions: REGIONS,
      logGroup: LOG_GROUP,
      account: null,
      totals: count(INVOCATIONS),
      byDay: {
        rows: [4, 3, 2, 1, 0].map((ago) => {
          const ofDay = INVOCATIONS.filter(({ day }) => day === dayBefore(ago));
          const tokens = (region: string) => count(ofDay.filter((each) => each.region === region)).totalTokens;
          const byRegion = Object.fromEntries(REGIONS.map((region) => [region, tokens(region)]));
          return { day: dayBefore(ago), ...count(ofDay), byRegion };
        }),
        leftOut: null,
      },
      byRegion: countBy('region'),
      byModel: countBy('model'),
      byCaller: countBy('caller'),
      byModelAndCaller: countBy('model', 'caller'),
      scanned: { records: 22, bytes: 22e6 },
    });
  });

  it('folds the sessions of a role beneath it, and cuts them with what they come to', async () => {
    const sessions = Array.from({ length: 8 }, (_, index) => ({
      ...invocation('converse', 0, AGENT, { modelId: SONNET, arn: role('agent', `s${index}`), output: 1 }),
      input: 10 - index,
    }));
    answer(logs(sessions).operations);
    const result = await call(server, { days: 1 });
    expect(result.structuredContent).toMatchObject({
      byCaller: {
        rows: [
          {
            caller: AGENT,
            invocations: 8,
            sessions: {
              rows: ['s0', 's1', 's2', 's3', 's4'].map((session) => ({ session })),
              leftOut: { rows: 3, invocations: 3, inputTokens: 12, outputTokens: 3 },
            },
          },
        ],
      },
    });
    expect(textOf(result)).toMatch(/^\| ↳ … cut: 3 more +\| +3 \| +0 \| +12 \| +3 \| +15 \| +0 \| +0 \|$/m);
  });

  it('marks what it cuts, and what that comes to', async () => {
    answer(logs().operations);
    const result = await call(server, { days: 5, limit: 1 });
    const rest = ({ model }: Case) => model !== SONNET;
    expect(result.structuredContent).toMatchObject({
      totals: count(INVOCATIONS),
      byModel: { rows: [{ model: SONNET }], leftOut: { rows: 3, ...count(INVOCATIONS.filter(rest)) } },
      byCaller: { rows: [{ caller: AGENT }], leftOut: { rows: 4, invocations: 5 } },
      byModelAndCaller: { rows: [{ model: SONNET, caller: AGENT }], leftOut: { rows: 6, invocations: 6 } },
    });
    expect(textOf(result).match(/^\| … cut: \d more/gm)).toEqual([
      '| … cut: 3 more',
      '| … cut: 4 more',
      '| … cut: 6 more',
    ]);
  });

  it('asks for one region, log group, number of days and account, as `us-east-1 /other 7 111122223333` does', async () => {
    answer(logs().operations);
    const result = await call(server, { region: 'us-east-1', logGroup: '/other', days: 7, account: ACCOUNT });
    const queries = asked('StartQuery');
    expect(queries.map(({ region, input }) => [region, input.logGroupName])).toEqual([
      ['us-east-1', '/other'],
      ['us-east-1', '/other'],
    ]);
    expect(new Date(queries[0]?.input.startTime * 1000).toISOString()).toBe(`${dayBefore(6)}T00:00:00.000Z`);
    expect(textOf(result)).toContain('# Amazon Bedrock usage: 7 days, us-east-1\n');
    expect(textOf(result)).toContain(`Log group /other, account ${ACCOUNT}.\n\nNo model invocation was logged in this`);
    expect(textOf(result)).not.toContain('by day and region');
    expect(result.structuredContent).toMatchObject({ byDay: { rows: { length: 7 } }, totals: { invocations: 0 } });
  });

  it('counts the records of one account', async () => {
    answer(logs().operations);
    expect(await report({ days: 5, account: OTHER })).toMatchObject({
      account: OTHER,
      totals: count(INVOCATIONS.filter(({ account }) => account === OTHER)),
      byRegion: {
        rows: [
          { region: 'eu-central-1', invocations: 2 },
          { region: 'us-east-1', invocations: 0 },
        ],
      },
    });
  });

  it.each<[string, object, RegExp]>([
    ['region', { region: 'ap-south-1' }, /^This server's role may not query region ap-south-1\. It may/],
    ['log group', { logGroup: '/secret' }, /^This server's role may not query log group \/secret\. It may/],
    [
      'pair',
      { logGroup: '/secret', region: 'ap-south-1' },
      /not query log group \/secret in region ap-south-1\. It may query \/bedrock\/invocations, \/other in us-east-1, eu-central-1: /,
    ],
  ])('says which it may read when asked for another %s, and asks AWS nothing', async (_what, args, expected) => {
    answer(logs().operations);
    expect(await errorOf(server.client, TOOL, args)).toMatch(expected);
    expect(asked()).toEqual([]);
  });

  it.each([{ region: 'x" | filter' }, { logGroup: 'a b' }, { account: '1" or "1' }, { account: '1111' }, { days: 32 }])(
    'takes no %j',
    async (args) => {
      answer(logs().operations);
      expect(await errorOf(server.client, TOOL, args)).toMatch(Object.keys(args)[0] as string);
      expect(asked()).toEqual([]);
    },
  );

  it('says that nothing was logged, and since when something would be', async () => {
    answer(logs([]).operations);
    const result = await call(server, { days: 2 });
    expect(textOf(result)).toContain('\n\nNo model invocation was logged in this time.\n\n');
    expect(result.structuredContent).toMatchObject({
      notes: [
        'Amazon Bedrock logs from the time on that model invocation logging is turned on, minutes after the request.',
      ],
    });
  });

  it('gives what CloudWatch Logs has no room for a row of its own', async () => {
    const row = (fields: object) => Object.entries(fields).map(([field, value]) => ({ field, value: String(value) }));
    const days = [row({ day: `${TODAY} 00:00:00.000`, modelId: SONNET, invocations: 10_002, inputTokens: 20_004 })];
    const callers = Array.from({ length: 10_000 }, (_, index) =>
      row({ caller: user(`u${index}`), modelId: SONNET, invocations: 1, inputTokens: 2 }),
    );
    answer({
      StartQuery: ({ queryString }) => ({ queryId: queryString.includes('by caller') ? 'callers' : 'days' }),
      GetQueryResults: ({ queryId }) => ({ status: 'Complete', results: queryId === 'days' ? days : callers }),
    });
    expect(await report({ region: 'us-east-1', days: 1, limit: 1 })).toMatchObject({
      totals: { invocations: 10_002, inputTokens: 20_004 },
      byCaller: {
        rows: [{ caller: '(more callers than CloudWatch Logs returns)', invocations: 2, inputTokens: 4 }],
        leftOut: { rows: 10_000, invocations: 10_000 },
      },
      notes: expect.arrayContaining(['CloudWatch Logs returns 10000 rows at most: callers used least are one row.']),
    });
  });

  it('says so when not even days and models have room', async () => {
    const results = Array.from({ length: 10_000 }, () => [{ field: 'invocations', value: '1' }]);
    answer({ ...logs().operations, GetQueryResults: () => ({ status: 'Complete', results, statistics: {} }) });
    expect(await report({ region: 'us-east-1' })).toMatchObject({
      notes: expect.arrayContaining(['CloudWatch Logs returns 10000 rows at most: what was used least is in no sum.']),
    });
  });

  it('tells how far it has got while the queries run', async () => {
    const { operations, queries } = logs(INVOCATIONS, 3);
    answer(operations);
    const seen: { progress: number; message?: string; running: boolean }[] = [];
    await server.client.callTool(
      { name: TOOL },
      {
        onprogress: ({ progress, message = '' }) => {
          seen.push({ progress, message, running: [...queries.values()].some(({ looks }) => looks < 3) });
        },
      },
    );
    expect(seen[0]).toMatchObject({ message: `${seen[0]?.progress} log records scanned`, running: true });
    expect(seen.at(-1)).toMatchObject({ progress: 22 });
    const steps = seen.map(({ progress }) => progress);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it('tells when CloudWatch Logs gives a query up', async () => {
    answer({ ...logs().operations, GetQueryResults: () => ({ status: 'Timeout' }) });
    expect(await errorOf(server.client, TOOL)).toMatch(/ended the query query-\d with the status Timeout/);
  });

  it.each<[string, string, RegExp]>([
    ['throttles', 'LimitExceededException', /^AWS throttles this account's requests\. Wait a minute/],
    ['has not enabled the region', 'UnrecognizedClientException', /^This region is not enabled in the account/],
    ['fails in a way of its own', 'InternalError', /^AWS failed with InternalError\. The function's log says more\./],
  ])('tells the agent when AWS %s', async (_kind, type, expected) => {
    answer({ ...logs().operations, StartQuery: fail(type, 'secret of AWS') });
    const told = await errorOf(server.client, TOOL);
    expect(told).toMatch(expected);
    expect(told).not.toContain('secret of AWS');
  });

  it('says in which region model invocation logging is not enabled, and stops the queries of the others', async () => {
    const { operations, queries } = logs();
    answer({
      ...operations,
      StartQuery(input, region) {
        if (region === 'eu-central-1') throw new AwsFault('ResourceNotFoundException', 'Log group does not exist');
        return operations.StartQuery?.(input, region);
      },
      GetQueryResults: () => ({ status: 'Running', results: [], statistics: {} }),
    });
    expect(await errorOf(server.client, TOOL)).toMatch(
      /^There is no log group \/bedrock\/invocations in eu-central-1\. Turn on model invocation logging/,
    );
    expect([...queries.values()].map(({ stopped }) => stopped)).toEqual([true, true]);
  });
});

describe('get_bedrock_usage_report, deployed otherwise', () => {
  it('stops the queries and says so when its time is up', async () => {
    const { operations, queries } = logs();
    const GetQueryResults = () => ({ status: 'Running', results: [], statistics: {} });
    await using slow = await startAwsTools({ ...operations, GetQueryResults }, { timeout: 4500 });
    expect(await errorOf(slow.client, TOOL)).toBe(
      'AWS did not answer within the time that this server has for a call. Try again, or ask for less.',
    );
    expect([...queries.values()].map(({ stopped }) => stopped)).toEqual([true, true]);
  });

  it.each(['logs:StartQuery', 'logs:GetQueryResults'])(
    'names the permission that the function lacks: %s',
    async (without) => {
      await using lacking = await startAwsTools(logs().operations, { without });
      const told = await errorOf(lacking.client, TOOL);
      expect(told).toMatch(`AWS refuses this server ${without}: add it to the function's role`);
      expect(told).not.toContain(ACCOUNT);
    },
  );

  it('leaves inference profiles that it may not look up rows of their own, and says so', async () => {
    await using lacking = await startAwsTools(logs().operations, { without: 'bedrock:GetInferenceProfile' });
    const { structuredContent } = await call(lacking, { days: 1 });
    expect(structuredContent).toMatchObject({
      byModel: {
        rows: [{ model: 'application-inference-profile/a1b2c3d4e5f6', inputTokens: 6001 }, { model: SONNET }],
      },
      notes: expect.arrayContaining([
        'Of 1 application inference profile the model could not be read (AccessDeniedException).',
      ]),
    });
  });

  it('looks an inference profile up once, and again if it failed', async () => {
    let found = false;
    const { operations } = logs();
    const GetInferenceProfile: Operations[string] = (input) => {
      if (!found) throw new AwsFault('ResourceNotFoundException', 'no such profile');
      return profiles.GetInferenceProfile(input);
    };
    await using own = await startAwsTools({ ...operations, GetInferenceProfile });
    expect(JSON.stringify(await call(own))).toContain('could not be read (ResourceNotFoundException)');
    found = true;
    for (let times = 0; times < 2; times += 1) expect(JSON.stringify(await call(own))).not.toContain(PROFILE);
    expect(own.aws.calls.filter(({ operation }) => operation === 'GetInferenceProfile')).toEqual(
      Array.from({ length: 2 }, () => ({
        operation: 'GetInferenceProfile',
        region: 'us-east-1',
        input: { inferenceProfileIdentifier: PROFILE },
      })),
    );
  });
});

describe('the query', () => {
  const truth = { input: 11, output: 22, cacheRead: 33, cacheWrite: 44 };
  const kinds = Object.keys(shapes) as Kind[];
  const layouts = [0, 2].flatMap((indent) => [false, true].map((identityFirst) => ({ indent, identityFirst })));
  const cases = kinds.flatMap((kind) => layouts.map((layout) => ({ kind, ...layout })));

  it.each(cases)(
    'reads a record’s own counts and caller, and no look-alikes: %j',
    ({ kind, indent, identityFirst }) => {
      const arn = role('agent', 'run');
      const read = (given: Partial<Invocation>) => {
        const each = invocation(kind, 0, AGENT, { modelId: SONNET, arn, ...given });
        const event = toEvent(each, { ...shapes[kind], identityFirst });
        const message = JSON.stringify(JSON.parse(event.message), null, indent);
        const [row = []] = runInsights(invocationQuery('caller').join('\n| '), [{ ...event, message }]);
        return Object.fromEntries(row.map(({ field, value }) => [field, value]));
      };
      const counted = { inputTokens: '11', outputTokens: '22', cacheReadTokens: '33', cacheWrittenTokens: '44' };
      const one = { caller: arn, invocations: '1' };
      expect(read(truth)).toEqual({ ...one, failed: '0', inputCounted: '1', outputCounted: '1', ...counted });
      expect(read({ input: 11 })).toEqual({
        ...one,
        failed: '0',
        inputCounted: '1',
        outputCounted: '0',
        inputTokens: '11',
      });
      expect(read({ output: 22 })).toMatchObject({ inputCounted: '0', outputCounted: '1', outputTokens: '22' });
      expect(read({ input: 11, errorCode: 'ThrottlingException' })).toMatchObject({
        failed: '1',
        // Without an output of its own, a record ends as the one in its body does.
        ...(kind !== 'lookalike' && { inputTokens: '11' }),
      });
    },
  );
});

describe('modelName', () => {
  it.each([
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['amazon.nova-lite-v1:0:300k', 'amazon.nova-lite-v1:0'],
    ['us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['us-gov.anthropic.claude-v2:1', 'anthropic.claude-v2:1'],
    ['apac.anthropic.claude-v2', 'anthropic.claude-v2'],
    ['global.zai.glm-4.7', 'zai.glm-4.7'],
    ['zai.glm-4.7', 'zai.glm-4.7'],
    ['arn:aws:bedrock:us-east-1::foundation-model/ai21.jamba-1-5-mini-v1:0', 'ai21.jamba-1-5-mini-v1:0'],
    ['arn:aws-us-gov:bedrock:us-gov-west-1:1:inference-profile/us-gov.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['arn:aws:bedrock:us-east-1:1:provisioned-model/a1b2', 'provisioned-model/a1b2'],
    ['arn:aws:bedrock:us-east-1:1:prompt/P1:2', 'prompt/P1:2'],
    ['unknown', 'unknown'],
  ])('%s is %s', (id, name) => expect(modelName(id)).toBe(name));
});

describe('callerName', () => {
  it.each([
    [role('agent', 's@example.com'), `role/agent (${ACCOUNT})`, 's@example.com'],
    [`arn:aws:sts::${ACCOUNT}:federated-user/f`, `federated-user/f (${ACCOUNT})`, undefined],
    [`arn:aws:iam::${ACCOUNT}:root`, `root (${ACCOUNT})`, undefined],
    ['', 'unknown', undefined],
    ['someone', 'someone', undefined],
  ])('%s', (arn, caller, session) => expect(callerName(arn)).toEqual({ caller, session }));
});
