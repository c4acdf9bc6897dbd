import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { monthOf } from '../../examples/aws-tools/month.ts';
import { permissionStatements } from '../../examples/aws-tools/permissions.ts';
import { type Operations, startAwsServices } from '../support/aws-services.ts';
import { errorOf, fail, LOG_GROUP, startAwsTools, textOf } from '../support/aws-tools.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { startDev } from '../support/dev.ts';
import { ACCOUNT } from '../support/lambda.ts';

const LINKED = '444455556666';
const cost = (month: 'previous' | 'current', service: string, amount: string, account = ACCOUNT) => ({
  month,
  service,
  amount,
  account,
});
const FIRST_PAGE = [
  cost('previous', 'Amazon EC2', '200.5'),
  cost('current', 'Amazon EC2', '90'),
  cost('current', 'Amazon EC2', '10.3333', LINKED),
];
const SECOND_PAGE = [
  cost('previous', 'AWS Lambda', '1', LINKED),
  cost('current', 'AWS Lambda', '3.3349', LINKED),
  cost('current', 'Amazon S3', '0.004'),
];

const arns = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => ({ ResourceARN: prefix + i }));

/** An account in which two services cost something, over two pages, and with 130 resources. */
const account: Operations = {
  GetCostAndUsage({ TimePeriod, NextPageToken, GroupBy, Filter }) {
    const { previousStart, start } = monthOf(new Date());
    expect(TimePeriod.Start < TimePeriod.End).toBe(true);
    const linked = GroupBy.some(({ Key }: { Key: string }) => Key === 'LINKED_ACCOUNT');
    const one = Filter?.Dimensions.Values[0];
    const costs = (NextPageToken ? SECOND_PAGE : FIRST_PAGE)
      .filter(({ account }) => one === undefined || account === one)
      .map(({ month, service, account, amount }) => ({
        month,
        Keys: linked ? [service, account] : [service],
        Metrics: { UnblendedCost: { Amount: amount, Unit: 'USD' } },
      }));
    const groups = (which: string) =>
      costs.filter(({ month }) => month === which).map(({ month: _, ...group }) => group);
    return {
      ...(!NextPageToken && { NextPageToken: 'more' }),
      ResultsByTime: [
        { TimePeriod: { Start: previousStart, End: start }, Groups: groups('previous') },
        { TimePeriod: { Start: start, End: TimePeriod.End }, Groups: groups('current') },
      ],
      ...(linked && { DimensionValueAttributes: [{ Value: LINKED, Attributes: { description: 'Search | team' } }] }),
    };
  },
  GetCostForecast({ TimePeriod, Filter }) {
    if (Filter) return { Total: { Amount: '1.5', Unit: 'USD' } };
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
    const [node, program, command, entry, ...options] = wordsOf(dev);
    expect([node, program, command]).toEqual(['node', 'dist/cli/main.js', 'dev']);
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
    expect((await run(summary)).stdout).toContain(`130 resources of account ${ACCOUNT}.`);
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
      bedrockLogs: { logGroups: ['x'], regions: [] },
    });
    const named = [...read('examples/aws-tools/README.md').matchAll(/`((?:ce|tag|logs|bedrock):\w+)`/g)].map(
      ([, action]) => action,
    );
    expect(named).toEqual(statements.flatMap(({ Action }) => Action));
  });
});

describe.concurrent('both tools', () => {
  it('say what they do, that they only read, and what comes out', async () => {
    await using server = await startAwsTools({});
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['get_account_summary', 'get_bedrock_usage_report']);
    for (const { annotations, outputSchema, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(inputSchema.required ?? []).toEqual([]);
    }
  });

  it('may do what they do, and only read', () => {
    const bedrockLogs = { logGroups: [LOG_GROUP, '/other'], regions: ['us-east-1', 'eu-central-1'] };
    expect(permissionStatements({ partition: 'aws', account: ACCOUNT, bedrockLogs })).toEqual([
      { Sid: 'ReadCosts', Effect: 'Allow', Action: ['ce:GetCostAndUsage', 'ce:GetCostForecast'], Resource: ['*'] },
      { Sid: 'CountResources', Effect: 'Allow', Action: ['tag:GetResources'], Resource: ['*'] },
      {
        Sid: 'QueryModelInvocations',
        Effect: 'Allow',
        Action: ['logs:StartQuery'],
        Resource: [
          `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${LOG_GROUP}:*`,
          `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/other:*`,
          `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:${LOG_GROUP}:*`,
          `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/other:*`,
        ],
      },
      { Sid: 'FollowQueries', Effect: 'Allow', Action: ['logs:GetQueryResults', 'logs:StopQuery'], Resource: ['*'] },
      {
        Sid: 'NameModels',
        Effect: 'Allow',
        Action: ['bedrock:GetInferenceProfile'],
        Resource: [
          `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/*`,
          `arn:aws:bedrock:eu-central-1:${ACCOUNT}:application-inference-profile/*`,
        ],
      },
    ]);
  });
});

describe('get_account_summary', () => {
  const month = monthOf(new Date());
  const call = async (client: Client, args = {}) =>
    (await client.callTool({ name: 'get_account_summary', arguments: args })).structuredContent;

  it('tells month to date, forecast, top services and resources by type', async () => {
    await using server = await startAwsTools(account);
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

  it('is read by people: all of it', async () => {
    await using server = await startAwsTools(account);
    const args = { limit: 3, linkedAccounts: true };
    const result = await server.client.callTool({ name: 'get_account_summary', arguments: args });
    // A note of its own on the first of a month.
    const lines = textOf(result)
      .split('\n')
      .filter((line) => !line.includes('first of the month'));
    expect(lines).toEqual(
      `# Account ${ACCOUNT}: costs and resources, ${month.start.slice(0, 7)}

All costs that this account pays for, from ${month.start} until ${month.today}, which is today and not in them. Days are in UTC.

| Costs                       |    USD |
|-----------------------------|-------:|
| Month to date               | 103.67 |
| Forecast, rest of the month |  50.25 |
| Forecast, whole month       | 153.92 |
| Month before                | 201.50 |

## Top services, month to date

| Service    |    USD |
|------------|-------:|
| Amazon EC2 | 100.33 |
| AWS Lambda |   3.33 |
| Amazon S3  |   0.00 |

## Linked accounts, month to date

| Account      | Name           |   USD |
|--------------|----------------|------:|
| ${ACCOUNT} |                | 90.00 |
| ${LINKED} | Search \\| team | 13.67 |

## Resources by type, us-east-1

130 resources of account ${ACCOUNT}.

| Type            | Count |
|-----------------|------:|
| lambda:function |   100 |
| s3              |    20 |
| ec2:instance    |     9 |
| … cut: 1 more   |     1 |

## Notes

- Costs are unblended, with credits and refunds, and lag about a day behind.
- Resources are those that have a tag or once had one.`.split('\n'),
    );
  });

  it('tells what one linked account costs', async () => {
    await using server = await startAwsTools(account);
    const result = await server.client.callTool({ name: 'get_account_summary', arguments: { account: LINKED } });
    expect(result.structuredContent).toMatchObject({
      accountId: ACCOUNT,
      costsOf: LINKED,
      previousMonth: { total: 1 },
      monthToDate: {
        total: 13.67,
        services: {
          rows: [
            { service: 'Amazon EC2', amount: 10.33 },
            { service: 'AWS Lambda', amount: 3.33 },
          ],
        },
        linkedAccounts: null,
      },
      forecast: { rest: 1.5, month: 15.17 },
      notes: expect.arrayContaining([
        'Resources are those of the account that this server runs in, whatever account costs are of.',
      ]),
    });
    expect(textOf(result)).toContain(
      `\n\nCosts of linked account ${LINKED}, from ${month.start} until ${month.today}, `,
    );
  });

  it('tells that it has no data of a linked account that it does not pay for', async () => {
    await using server = await startAwsTools(account);
    const other = '777788889999';
    expect(await call(server.client, { account: other })).toMatchObject({
      monthToDate: { total: 0 },
      notes: expect.arrayContaining([
        `Cost Explorer has no costs of ${other}: this account does not pay for it, or data takes up to 24 hours.`,
      ]),
    });
  });

  it('asks no more requests of Cost Explorer for linked accounts', async () => {
    await using server = await startAwsTools(account);
    await call(server.client, { linkedAccounts: true });
    // Two pages, and the forecast.
    expect(server.aws.calls.filter(({ operation }) => operation.startsWith('GetCost'))).toHaveLength(3);
  });

  it('marks what it leaves out, and what that comes to', async () => {
    await using server = await startAwsTools(account);
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
    await using server = await startAwsTools({ ...account, GetResources });
    expect(await call(server.client)).toMatchObject({
      resources: { total: 5000, complete: false },
      notes: expect.arrayContaining(['Counting stopped after 5000 resources: there are more.']),
    });
  });

  it('answers without a forecast where there is too little history', async () => {
    const GetCostForecast = fail('DataUnavailableException', 'Insufficient amount of historical data');
    await using server = await startAwsTools({ ...account, GetCostForecast });
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
    await using server = await startAwsTools({ ...account, GetCostAndUsage: fail(type, message) });
    const told = await errorOf(server.client, 'get_account_summary');
    expect(told).toMatch(expected);
    expect(told).not.toContain('secret of AWS');
  });

  it('names the permission that the function lacks, and keeps its role to the log', async () => {
    await using server = await startAwsTools(account, { without: 'tag:GetResources' });
    const told = await errorOf(server.client, 'get_account_summary');
    expect(told).toMatch(/^AWS refuses this server tag:GetResources: add it to the function's role/);
    expect(told).not.toContain(ACCOUNT);
    expect(readFileSync(server.lambda.logFile, 'utf8')).toContain('assumed-role/tools/session is not authorized');
  });
});
