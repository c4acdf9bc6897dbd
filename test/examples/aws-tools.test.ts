import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { describe, expect, it } from 'vitest';
import { monthOf } from '../../examples/aws-tools/month.ts';
import { permissionStatements } from '../../examples/aws-tools/permissions.ts';
import { toEnvironment } from '../../examples/aws-tools/settings.ts';
import { AwsFault, type Operations, startAwsServices } from '../support/aws-services.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { startDev } from '../support/dev.ts';
import { ACCOUNT, urlPermissions } from '../support/lambda.ts';

const LOG_GROUP = '/bedrock/invocations';

interface Options {
  /** Actions that the function's role lacks. */
  readonly without?: string;
  readonly regions?: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The server on the local Lambda, with AWS's services behind it and an MCP client in front. */
async function start(operations: Operations, { without = '', regions = ['us-east-1'], timeout }: Options = {}) {
  const bedrockLogs = { logGroup: LOG_GROUP, regions };
  const statements = permissionStatements({ partition: 'aws', account: ACCOUNT, bedrockLogs }).map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== without),
  }));
  const Statement = statements.filter(({ Action }) => Action.length > 0);
  const aws = await startAwsServices({ Version: '2012-10-17', Statement }, operations);
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL('../../examples/aws-tools/server.ts', import.meta.url)),
    environment: { ...aws.environment, ...toEnvironment(bedrockLogs) },
    principals: [{ name: 'agent' }],
    permissions: urlPermissions('agent'),
    ...(timeout !== undefined && { timeout }),
  });
  const client = await connect(lambda);
  return {
    aws,
    client,
    lambda,
    async [Symbol.asyncDispose]() {
      await client.close();
      await lambda.close();
      await aws.close();
    },
  };
}

async function connect({ functionUrl, region, principals }: LocalLambda): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const [credentials] = principals as [LocalPrincipal];
  await client.connect(new SigV4ClientTransport(functionUrl, { credentials, region }));
  return client;
}

async function errorOf(client: Client, name: string): Promise<string> {
  const { isError, content, structuredContent } = await client.callTool({ name });
  expect(isError).toBe(true);
  expect(structuredContent).toBeUndefined();
  return content.map((block) => (block.type === 'text' ? block.text : '')).join();
}

const cost = (service: string, Amount: string) => ({
  Keys: [service],
  Metrics: { UnblendedCost: { Amount, Unit: 'USD' } },
});

const fail = (type: string, message: string) => () => {
  throw new AwsFault(type, message);
};

const arns = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => ({ ResourceARN: prefix + i }));

/** An account in which two services cost something, over two pages, and with 130 resources. */
const account: Operations = {
  GetCostAndUsage({ TimePeriod, NextPageToken }) {
    const { previousStart, start } = monthOf(new Date());
    expect(TimePeriod.Start < TimePeriod.End).toBe(true);
    const [before, now] = NextPageToken
      ? [[cost('AWS Lambda', '1')], [cost('AWS Lambda', '3.3349'), cost('Amazon S3', '0.004')]]
      : [[cost('Amazon EC2', '200.5')], [cost('Amazon EC2', '100.3333')]];
    return {
      ...(!NextPageToken && { NextPageToken: 'more' }),
      ResultsByTime: [
        { TimePeriod: { Start: previousStart, End: start }, Groups: before },
        { TimePeriod: { Start: start, End: TimePeriod.End }, Groups: now },
      ],
    };
  },
  GetCostForecast({ TimePeriod }) {
    expect(TimePeriod.Start).toBe(monthOf(new Date()).today);
    return { Total: { Amount: '50.25', Unit: 'USD' } };
  },
  GetResources({ PaginationToken }) {
    const [first, ...second] = [
      arns(100, 'arn:aws:lambda:us-east-1:111122223333:function:f'),
      arns(20, 'arn:aws:s3:::bucket'),
      arns(9, 'arn:aws:ec2:us-east-1:111122223333:instance/i-'),
      arns(1, 'arn:aws:apigateway:us-east-1::/restapis/'),
    ];
    return PaginationToken
      ? { PaginationToken: '', ResourceTagMappingList: second.flat() }
      : { PaginationToken: 'more', ResourceTagMappingList: first };
  },
};

describe('the README', () => {
  const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
  const [, dev = '', call = '', deploy = ''] = read('examples/aws-tools/README.md')
    .split('```sh\n')
    .map((part) => part.split('```')[0]);
  const wordsOf = (command: string) => command.replaceAll('\\\n', ' ').trim().split(/\s+/);

  it('runs the tools here', async () => {
    const aws = await startAwsServices(
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      account,
    );
    const [npx, name, command, entry, ...options] = wordsOf(dev);
    expect([npx, name, command]).toEqual(['npx', 'lambda-mcp', 'dev']);
    const environment = { ...process.env, ...aws.environment };
    // Only here: AWS's services are on loopback.
    const running = await startDev(entry, [...options, '--env', 'AWS_ENDPOINT_URL'], environment);
    const { accessKeyId, secretAccessKey, sessionToken = '' } = running.principal('agent');
    const env = {
      ...bareEnvironment,
      AWS_REGION: running.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const [summary = '', report = ''] = call.trim().split('\n');
    const run = (line: string) =>
      runCli(
        wordsOf(line)
          .slice(2)
          .map((word) => (word === '"$FUNCTION_URL"' ? running.functionUrl : word)),
        { env },
      );
    expect(JSON.parse((await run(summary)).stdout)).toMatchObject({ accountId: ACCOUNT, resources: { total: 130 } });
    // These services know no such log: the tool has found its settings and its credentials.
    expect((await run(report)).stderr).toContain('get_bedrock_usage_report failed:\nAWS failed with');
    await running.close();
    await aws.close();
  });

  it('deploys as docs/deploy.md does', () => {
    const commands = deploy.trim().split('\n');
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(read('docs/deploy.md').split('\n')).toContain(command);
  });

  it('names every action', () => {
    const statements = permissionStatements({
      partition: 'aws',
      account: ACCOUNT,
      bedrockLogs: { logGroup: 'x', regions: [] },
    });
    const named = [...read('examples/aws-tools/README.md').matchAll(/`((?:ce|tag|logs):\w+)`/g)].map(
      ([, action]) => action,
    );
    expect(named).toEqual(statements.flatMap(({ Action }) => Action));
  });
});

describe.concurrent('both tools', () => {
  it('say what they do, that they only read, and what comes out', async () => {
    await using server = await start({});
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['get_account_summary', 'get_bedrock_usage_report']);
    for (const { annotations, outputSchema, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(inputSchema.required ?? []).toEqual([]);
    }
  });

  it('may do what they do, and only read', () => {
    const bedrockLogs = { logGroup: LOG_GROUP, regions: ['us-east-1', 'eu-central-1'] };
    expect(permissionStatements({ partition: 'aws', account: ACCOUNT, bedrockLogs })).toEqual([
      { Sid: 'ReadCosts', Effect: 'Allow', Action: ['ce:GetCostAndUsage', 'ce:GetCostForecast'], Resource: ['*'] },
      { Sid: 'CountResources', Effect: 'Allow', Action: ['tag:GetResources'], Resource: ['*'] },
      {
        Sid: 'QueryModelInvocations',
        Effect: 'Allow',
        Action: ['logs:StartQuery'],
        Resource: [
          `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${LOG_GROUP}:*`,
          `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:${LOG_GROUP}:*`,
        ],
      },
      { Sid: 'FollowQueries', Effect: 'Allow', Action: ['logs:GetQueryResults', 'logs:StopQuery'], Resource: ['*'] },
    ]);
  });
});

describe.concurrent('get_account_summary', () => {
  const month = monthOf(new Date());
  const call = async (client: Client, args = {}) =>
    (await client.callTool({ name: 'get_account_summary', arguments: args })).structuredContent;

  it('tells month to date, forecast, top services and resources by type', async () => {
    await using server = await start(account);
    const summary = await call(server.client);
    expect(summary).toMatchObject({
      accountId: ACCOUNT,
      region: 'us-east-1',
      currency: 'USD',
      previousMonth: { start: month.previousStart, total: 201.5 },
      monthToDate: {
        start: month.start,
        until: month.today,
        total: 103.67,
        services: {
          rows: [
            { service: 'Amazon EC2', amount: 100.33 },
            { service: 'AWS Lambda', amount: 3.33 },
            { service: 'Amazon S3', amount: 0 },
          ],
          leftOut: null,
        },
      },
      forecast: { until: month.end, rest: 50.25, month: 153.92 },
      resources: {
        total: 130,
        complete: true,
        types: {
          rows: [
            { type: 'lambda:function', count: 100 },
            { type: 's3', count: 20 },
            { type: 'ec2:instance', count: 9 },
            { type: 'apigateway:restapis', count: 1 },
          ],
          leftOut: null,
        },
      },
    });
  });

  it('marks what it leaves out, and what that comes to', async () => {
    await using server = await start(account);
    expect(await call(server.client, { limit: 1 })).toMatchObject({
      monthToDate: { total: 103.67, services: { rows: [{ amount: 100.33 }], leftOut: { rows: 2, amount: 3.34 } } },
      resources: { total: 130, types: { rows: [{ count: 100 }], leftOut: { rows: 3, count: 30 } } },
    });
  });

  it('stops counting in an account that is too big, and says so', async () => {
    let page = 0;
    const GetResources = () => {
      page += 1;
      return { PaginationToken: String(page), ResourceTagMappingList: arns(100, 'arn:aws:sqs:us-east-1:1:q') };
    };
    await using server = await start({ ...account, GetResources });
    expect(await call(server.client)).toMatchObject({
      resources: { total: 5000, complete: false },
      notes: expect.arrayContaining(['Counting stopped after 5000 resources: there are more.']),
    });
  });

  it('answers without a forecast where there is too little history', async () => {
    const GetCostForecast = fail('DataUnavailableException', 'Insufficient amount of historical data');
    await using server = await start({ ...account, GetCostForecast });
    expect(await call(server.client)).toMatchObject({
      forecast: null,
      monthToDate: { total: 103.67 },
      notes: expect.arrayContaining(['Cost Explorer has too little history for a forecast.']),
    });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'Cost Explorer is off',
      'AccessDeniedException',
      'User not enabled for cost explorer access',
      /Open it once in the B/,
    ],
    [
      'a linked account is kept out',
      'AccessDeniedException',
      "Linked account doesn't have access to cost explorer",
      /management account has not given/,
    ],
    [
      'there is no data yet',
      'DataUnavailableException',
      'Data is not available',
      /no data for this period yet.*up to 24 hours/,
    ],
    ['the bill was closed', 'BillExpirationException', 'The requested report expired', /Try again in a few minutes/],
    ['AWS throttles', 'LimitExceededException', 'Rate exceeded', /throttles this account's requests. Wait a minute/],
    [
      'AWS fails in a way of its own',
      'RequestChangedException',
      'secret of AWS',
      /^AWS failed with RequestChangedException\. The function's log says more\. AWS request id: request-\d/,
    ],
  ])('tells the agent when %s', async (_case, type, message, expected) => {
    await using server = await start({ ...account, GetCostAndUsage: fail(type, message) });
    const told = await errorOf(server.client, 'get_account_summary');
    expect(told).toMatch(expected);
    expect(told).not.toContain('secret of AWS');
  });

  it('names the permission that the function lacks, and keeps its role to the log', async () => {
    await using server = await start(account, { without: 'tag:GetResources' });
    const told = await errorOf(server.client, 'get_account_summary');
    expect(told).toMatch(/^AWS refuses this server tag:GetResources: add it to the function's role/);
    expect(told).not.toContain(ACCOUNT);
    expect(readFileSync(server.lambda.logFile, 'utf8')).toContain('assumed-role/tools/session is not authorized');
  });
});

const row = (fields: Record<string, string | number>) =>
  Object.entries(fields).map(([field, value]) => ({ field, value: String(value) }));

/** CloudWatch Logs with queries that take three looks, and answer by what they group by. */
function insights(byModel: (region: string) => object[], byCaller: (region: string) => object[]) {
  const queries = new Map<string, { looks: number; results: object[]; stopped: boolean }>();
  const operations: Operations = {
    StartQuery({ queryString, logGroupName, startTime, endTime }, region) {
      expect(logGroupName).toBe(LOG_GROUP);
      expect(startTime % 86_400).toBe(0);
      expect(endTime).toBeGreaterThan(startTime);
      expect(queryString).toMatch(/^filter schemaType = "ModelInvocationLog"\n\| stats .*\n\| limit 10000$/s);
      const results = queryString.includes('as caller') ? byCaller(region) : byModel(region);
      const queryId = `query-${queries.size}`;
      queries.set(queryId, { looks: 0, results, stopped: false });
      return { queryId };
    },
    GetQueryResults({ queryId }) {
      const query = queries.get(queryId);
      if (!query) throw new AwsFault('ResourceNotFoundException', 'no such query');
      query.looks += 1;
      const done = query.looks >= 3;
      return {
        status: done ? 'Complete' : query.looks === 1 ? 'Scheduled' : 'Running',
        results: done ? query.results : [],
        statistics: { recordsMatched: 1, recordsScanned: (query.looks - 1) * 1000, bytesScanned: query.looks * 1e6 },
      };
    },
    StopQuery({ queryId }) {
      const query = queries.get(queryId);
      if (query) query.stopped = true;
      return { success: true };
    },
  };
  return { operations, queries };
}

const use = (invocations: number, tokens = invocations * 10) => ({
  invocations,
  counted: invocations,
  inputTokens: tokens,
  outputTokens: tokens / 2,
});

describe.concurrent('get_bedrock_usage_report', () => {
  const CALLER = `arn:aws:sts::${ACCOUNT}:assumed-role`;
  const logs = () =>
    insights(
      (region) => [
        row({ day: '2026-11-19 00:00:00.000', region, modelId: 'anthropic.claude', ...use(10) }),
        row({ day: '2026-11-20 00:00:00.000', region, modelId: 'anthropic.claude', ...use(5) }),
        row({ day: '2026-11-20 00:00:00.000', region, modelId: 'amazon.nova', ...use(2), counted: 1 }),
      ],
      () => [row({ caller: `${CALLER}/agent/a`, ...use(15) }), row({ caller: `${CALLER}/agent/b`, ...use(2) })],
    );

  it('adds up use by day, region, model and caller over all regions', async () => {
    const { operations } = logs();
    await using server = await start(operations, { regions: ['us-east-1', 'eu-central-1'] });
    const { structuredContent } = await server.client.callTool({
      name: 'get_bedrock_usage_report',
      arguments: { days: 2 },
    });
    const sums = (invocations: number) => {
      const { counted: _, ...added } = use(invocations);
      return added;
    };
    expect(structuredContent).toMatchObject({
      totals: sums(34),
      byDay: {
        rows: [
          { day: '2026-11-19', ...sums(20) },
          { day: '2026-11-20', ...sums(14) },
        ],
        leftOut: null,
      },
      byRegion: {
        rows: [
          { region: 'us-east-1', ...sums(17) },
          { region: 'eu-central-1', ...sums(17) },
        ],
      },
      byModel: {
        rows: [
          { model: 'anthropic.claude', ...sums(30) },
          { model: 'amazon.nova', ...sums(4) },
        ],
      },
      byCaller: {
        rows: [
          { caller: `${CALLER}/agent/a`, ...sums(30) },
          { caller: `${CALLER}/agent/b`, ...sums(4) },
        ],
      },
      scanned: { records: 8000, bytes: 12e6 },
      notes: ['The log gives no tokens for 2 of 34 invocations.'],
    });
    const started = server.aws.calls.filter(({ operation }) => operation === 'StartQuery');
    expect(started.map(({ region }) => region)).toEqual(['us-east-1', 'us-east-1', 'eu-central-1', 'eu-central-1']);
    const [{ input }] = started as [(typeof started)[number]];
    expect(input.endTime - input.startTime).toBeGreaterThanOrEqual(86_400);
    expect(input.endTime - input.startTime).toBeLessThan(2 * 86_400);
  });

  it('marks what it leaves out, and what that comes to', async () => {
    const { operations } = logs();
    await using server = await start(operations);
    const args = { name: 'get_bedrock_usage_report', arguments: { limit: 1 } };
    expect((await server.client.callTool(args)).structuredContent).toMatchObject({
      totals: { invocations: 17 },
      byDay: { rows: [{ invocations: 10 }, { invocations: 7 }], leftOut: null },
      byCaller: {
        rows: [{ invocations: 15 }],
        leftOut: { rows: 1, invocations: 2, inputTokens: 20, outputTokens: 10 },
      },
    });
  });

  it('says so when CloudWatch Logs had more rows than it returns', async () => {
    const { operations } = insights(
      () => [row({ day: '2026-11-19 00:00:00.000', region: 'us-east-1', modelId: 'm', ...use(10_000) })],
      () => Array.from({ length: 10_000 }, (_, i) => row({ caller: String(i), ...use(1) })),
    );
    await using server = await start(operations);
    const { structuredContent } = await server.client.callTool({ name: 'get_bedrock_usage_report' });
    expect(structuredContent).toMatchObject({
      byCaller: { leftOut: { rows: 9990, invocations: 9990 } },
      notes: ['CloudWatch Logs returns 10000 rows at most: what was used least is missing.'],
    });
  });

  it('tells how far it has got while the queries run', async () => {
    const { operations, queries } = logs();
    await using server = await start(operations);
    const seen: { progress: number; message?: string; running: boolean }[] = [];
    await server.client.callTool(
      { name: 'get_bedrock_usage_report' },
      {
        onprogress: ({ progress, message = '' }) => {
          seen.push({ progress, message, running: [...queries.values()].some(({ looks }) => looks < 3) });
        },
      },
    );
    expect(seen[0]).toMatchObject({ message: '1000 log records scanned', running: true });
    expect(seen.at(-1)).toMatchObject({ progress: 4000 });
    expect(seen.map(({ progress }) => progress)).toEqual(
      [...seen.map(({ progress }) => progress)].sort((a, b) => a - b),
    );
  });

  it('stops the queries and says so when its time is up', async () => {
    const { operations, queries } = logs();
    const GetQueryResults = () => ({ status: 'Running', results: [], statistics: {} });
    await using server = await start({ ...operations, GetQueryResults }, { timeout: 4500 });
    expect(await errorOf(server.client, 'get_bedrock_usage_report')).toBe(
      'AWS did not answer within the time that this server has for a call. Try again, or ask for less.',
    );
    expect([...queries.values()].map(({ stopped }) => stopped)).toEqual([true, true]);
  });

  it('says which region has no such log group, and stops the queries of the others', async () => {
    const { operations, queries } = logs();
    const StartQuery: Operations[string] = (input, region) => {
      if (region === 'eu-central-1') throw new AwsFault('ResourceNotFoundException', 'Log group does not exist');
      return operations.StartQuery?.(input, region);
    };
    await using server = await start({ ...operations, StartQuery }, { regions: ['us-east-1', 'eu-central-1'] });
    expect(await errorOf(server.client, 'get_bedrock_usage_report')).toMatch(
      /^There is no log group \/bedrock\/invocations in eu-central-1\. Turn on model invocation logging/,
    );
    expect([...queries.values()].every(({ stopped }) => stopped)).toBe(true);
  });

  it('tells when CloudWatch Logs gives a query up', async () => {
    const { operations } = logs();
    await using server = await start({ ...operations, GetQueryResults: () => ({ status: 'Timeout' }) });
    expect(await errorOf(server.client, 'get_bedrock_usage_report')).toMatch(
      /ended the query query-\d with the status Timeout/,
    );
  });

  it('names the permission that the function lacks', async () => {
    const { operations } = logs();
    await using server = await start(operations, { without: 'logs:StartQuery' });
    expect(await errorOf(server.client, 'get_bedrock_usage_report')).toMatch(
      /^AWS refuses this server logs:StartQuery/,
    );
  });
});
