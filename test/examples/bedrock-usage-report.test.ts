import { describe, expect, it } from 'vitest';
import { AwsFault } from '../support/aws-services.ts';
import { errorOf, fail, LOG_GROUP, startAwsTools, textOf } from '../support/aws-tools.ts';
import { type Invocation, role, shapes, toEvent, user } from '../support/invocation-records.ts';
import { ACCOUNT } from '../support/lambda.ts';
import { insightsService } from '../support/logs-insights.ts';

const OTHER = '444455556666';
const PROFILE = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const TODAY = dayBefore(0);

type Kind = keyof typeof shapes;
const invocation = (kind: Kind, ago: number, rest: Partial<Invocation> & Pick<Invocation, 'modelId' | 'arn'>) => ({
  kind,
  day: dayBefore(ago),
  region: 'us-east-1',
  account: ACCOUNT,
  ...rest,
});

/** One of each kind of record, over four days, two regions and two accounts. */
const INVOCATIONS: (Invocation & { kind: Kind })[] = [
  invocation('text', 3, { modelId: 'amazon.titan-text-express-v1', arn: user('team/alice'), input: 12, output: 30 }),
  invocation('converse', 3, { modelId: SONNET, arn: role('agent', 'run-1'), input: 100, output: 200, cacheRead: 0, cacheWrite: 1500 }),
  invocation('converseStream', 1, { modelId: `us.${SONNET}`, arn: role('agent', 'run-2'), input: 40, output: 60, cacheRead: 1500, cacheWrite: 0 }),
  invocation('stream', 1, { modelId: `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/global.${SONNET}`, arn: role('agent', 'run-2'), input: 7, output: 9, cacheRead: 11, cacheWrite: 13 }),
  invocation('long', 1, { modelId: `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}:200k`, arn: role('agent', 'run-1'), input: 5000, output: 800, cacheRead: 2, cacheWrite: 95_000 }),
  invocation('lookalike', 0, { modelId: PROFILE, arn: role('audit', 'nightly'), input: 6001, output: 17, cacheRead: 23, cacheWrite: 29 }),
  invocation('inS3', 0, { modelId: `eu.${SONNET}`, arn: user('team/alice'), region: 'eu-central-1', input: 120_000, output: 77 }),
  invocation('embedding', 0, { modelId: 'amazon.titan-embed-text-v2:0', arn: role('agent', 'run-2'), region: 'eu-central-1', input: 55 }),
  invocation('image', 0, { modelId: 'amazon.nova-canvas-v1:0', arn: user('bob', OTHER), account: OTHER, region: 'eu-central-1' }),
  invocation('long', 0, { modelId: SONNET, arn: role('agent', 'run-3'), errorCode: 'ThrottlingException' }),
  invocation('converse', 0, { modelId: SONNET, arn: role('agent', 'job', OTHER), account: OTHER, region: 'eu-central-1', errorCode: 'ValidationException', input: 3 }),
  // Of a day before those that are asked for.
  invocation('converse', 6, { modelId: SONNET, arn: user('carol'), input: 1_000_000, output: 1_000_000 }),
];

const profiles = {
  GetInferenceProfile: ({ inferenceProfileIdentifier: arn }: { inferenceProfileIdentifier: string }) => ({
    inferenceProfileArn: arn,
    inferenceProfileId: arn.split('/')[1],
    inferenceProfileName: 'search',
    models: ['us-east-1', 'us-west-2'].map((region) => ({ modelArn: `arn:aws:bedrock:${region}::foundation-model/${SONNET}` })),
    status: 'ACTIVE',
    type: 'APPLICATION',
  }),
};

const REGIONS = ['us-east-1', 'eu-central-1'];

/** The invocations as the log groups of their regions have them. */
function logs(invocations = INVOCATIONS) {
  const events = (region: string) =>
    invocations.flatMap(({ kind, ...each }, index) => (each.region === region ? [toEvent(each, shapes[kind], index)] : []));
  const { operations, queries } = insightsService(
    Object.fromEntries(REGIONS.map((region) => [region, { [LOG_GROUP]: events(region), '/other': [] }])),
  );
  return { operations: { ...operations, ...profiles }, queries };
}

const call = (server: Awaited<ReturnType<typeof startAwsTools>>, args = {}) =>
  server.client.callTool({ name: 'get_bedrock_usage_report', arguments: args });

describe('x', () => {
  it('prints', async () => {
    await using server = await startAwsTools(logs().operations, { regions: REGIONS });
    const result = await call(server, { days: 5 });
    console.log(textOf(result));
    console.log(JSON.stringify(result.structuredContent, null, 1).slice(0, 3000));
  });
});
