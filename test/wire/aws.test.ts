import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArn } from '../../wire/aws/arn.ts';
import { readArnPattern } from '../../wire/aws/arn-pattern.ts';
import { readAssumedRole } from '../../wire/aws/assumed-role.ts';
import { readFunctionName } from '../../wire/aws/function-name.ts';
import { endpointHost, functionUrlHost, readHost } from '../../wire/aws/hosts.ts';
import { PARTITIONS, partitionOf } from '../../wire/aws/partitions.ts';

interface SdkPartition {
  readonly id: string;
  readonly outputs: { readonly dnsSuffix: string; readonly dualStackDnsSuffix: string };
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The AWS SDK's own data, which no export leads to. */
const FOLDER = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws';
const { partitionsInfo }: { partitionsInfo: { partitions: readonly SdkPartition[] } } = await import(
  pathToFileURL(`${FOLDER}/partitions.js`).href
);
const { partition }: { partition(region: string): SdkPartition['outputs'] & { name: string } } = await import(
  pathToFileURL(`${FOLDER}/partition.js`).href
);

const PARTITION_REGIONS = partitionsInfo.partitions.flatMap(({ id, outputs, regions }) =>
  // Names such as `aws-global` are of no place.
  Object.keys(regions).flatMap((region): [string, string, SdkPartition['outputs']][] =>
    /-\d+$/.test(region) ? [[region, id, outputs]] : [],
  ),
);

describe('partitions', () => {
  it('are those of the AWS SDK', () => {
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const known = PARTITIONS.map(({ id, dnsSuffix, dualStackDnsSuffix }) => ({ id, dnsSuffix, dualStackDnsSuffix }));
    const expected = partitionsInfo.partitions.map(({ id, outputs: { dnsSuffix, dualStackDnsSuffix } }) => ({
      id,
      dnsSuffix,
      dualStackDnsSuffix,
    }));
    expect(known.sort(byId)).toEqual(expected.sort(byId));
  });

  it.each(PARTITION_REGIONS)('%s is in %s', (region, id, { dnsSuffix, dualStackDnsSuffix }) => {
    expect(partitionOf(region)).toMatchObject({ id, dnsSuffix, dualStackDnsSuffix });
    expect(PARTITIONS.filter(({ regions }) => regions.test(region))).toHaveLength(1);
  });

  it('know a region’s name and no other around it', () => {
    for (const [region, id] of PARTITION_REGIONS) {
      const { regions } = PARTITIONS.find((each) => each.id === id) as (typeof PARTITIONS)[number];
      expect([regions.test(`x${region}`), regions.test(`${region}x`)]).toEqual([false, false]);
    }
  });

  it.each([
    'eu-north-9',
    'us-gov-north-9',
    'cn-south-9',
    'eusc-de-west-9',
    'us-isob-west-9',
    'eu-isoe-east-9',
    'xx-north-1',
  ])('of %s, which AWS has yet to open, is the one that the AWS SDK takes', (region) => {
    const { name: id, dnsSuffix, dualStackDnsSuffix } = partition(region);
    expect(partitionOf(region)).toMatchObject({ id, dnsSuffix, dualStackDnsSuffix });
  });
});

describe('a host', () => {
  const urlId = 'kj3pq6trzavn5o4xw2ydu7mhbe0lcgsi';

  it.each<[string, string, string, string]>([
    [`${urlId}.lambda-url.eu-central-1.on.aws`, 'lambda', 'eu-central-1', 'function-url'],
    ['d-7f3kq9x2mp.4wzt.lambda-web.us-east-1.on.aws', 'lambda', 'us-east-1', 'web-function'],
    ['7f3kq9x2mp.lambda-web.us-east-1.on.aws', 'lambda', 'us-east-1', 'web-function'],
    ['a1b2c3d4e5.execute-api.us-east-2.amazonaws.com', 'execute-api', 'us-east-2', 'api'],
    ['a1b2c3d4e5.execute-api-fips.us-gov-west-1.amazonaws.com', 'execute-api', 'us-gov-west-1', 'api'],
    ['a1b2c3d4e5.execute-api.us-east-2.api.aws', 'execute-api', 'us-east-2', 'api'],
    ['a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn', 'execute-api', 'cn-north-1', 'api'],
    ['a1b2c3d4e5-vpce-0a1b2c3d4e5f60718.execute-api.us-east-2.amazonaws.com', 'execute-api', 'us-east-2', 'api'],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k.execute-api.us-east-2.vpce.amazonaws.com',
      'execute-api',
      'us-east-2',
      'endpoint',
    ],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k-us-east-2a.execute-api.us-east-2.vpce.amazonaws.com',
      'execute-api',
      'us-east-2',
      'endpoint',
    ],
    ['vpce-0a1b2c3d4e5f60718-h5x8ps9k.lambda.cn-north-1.vpce.amazonaws.com.cn', 'lambda', 'cn-north-1', 'endpoint'],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k.gateway.bedrock-agentcore.us-west-2.vpce.amazonaws.com',
      'bedrock-agentcore',
      'us-west-2',
      'endpoint',
    ],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k.bedrock-mantle.us-east-1.vpce.api.aws',
      'bedrock-mantle',
      'us-east-1',
      'endpoint',
    ],
    ['lambda.us-east-1.amazonaws.com', 'lambda', 'us-east-1', 'endpoint'],
    ['lambda-fips.us-gov-west-1.amazonaws.com', 'lambda', 'us-gov-west-1', 'endpoint'],
    ['lambda-fips.us-east-1.api.aws', 'lambda', 'us-east-1', 'endpoint'],
    ['lambda.us-iso-east-1.c2s.ic.gov', 'lambda', 'us-iso-east-1', 'endpoint'],
    ['lambda.eu-isoe-west-1.api.cloud-aws.adc-e.uk', 'lambda', 'eu-isoe-west-1', 'endpoint'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock', 'us-east-1', 'endpoint'],
    ['bedrock-runtime-fips.us-gov-west-1.api.aws', 'bedrock', 'us-gov-west-1', 'endpoint'],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k.bedrock-runtime.us-east-1.vpce.amazonaws.com',
      'bedrock',
      'us-east-1',
      'endpoint',
    ],
    [
      'vpce-0a1b2c3d4e5f60718-h5x8ps9k.lambda-fips.us-gov-west-1.vpce.amazonaws.com',
      'lambda',
      'us-gov-west-1',
      'endpoint',
    ],
    ['lambda.eusc-de-east-1.amazonaws.eu', 'lambda', 'eusc-de-east-1', 'endpoint'],
    ['eks-mcp.eu-central-1.api.aws', 'eks-mcp', 'eu-central-1', 'endpoint'],
    ['bedrock-agentcore.us-west-2.api.aws', 'bedrock-agentcore', 'us-west-2', 'agentcore'],
    ['w-x7k2.gateway.bedrock-agentcore-fips.us-gov-west-1.api.aws', 'bedrock-agentcore', 'us-gov-west-1', 'agentcore'],
    ['agent-registry.us-east-1.api.aws', 'agent-registry', 'us-east-1', 'endpoint'],
    ['aws-mcp.us-east-1.api.aws', 'aws-mcp', 'us-east-1', 'endpoint'],
    ['bedrock-agentcore.us-west-2.amazonaws.com', 'bedrock-agentcore', 'us-west-2', 'agentcore'],
    [
      'weather-x7k2m9q4tz.gateway.bedrock-agentcore.us-west-2.amazonaws.com',
      'bedrock-agentcore',
      'us-west-2',
      'agentcore',
    ],
  ])('%s tells its service and region', (host, service, region, kind) => {
    expect(readHost(host)).toEqual({ kind, service, region });
  });

  it.each(PARTITION_REGIONS)(
    'of Lambda in %s is told in either form',
    (region, _, { dnsSuffix, dualStackDnsSuffix }) => {
      const lambda = { service: 'lambda', region };
      expect(endpointHost('lambda', region)).toBe(`lambda.${region}.${dnsSuffix}`);
      expect(readHost(endpointHost('lambda', region))).toMatchObject(lambda);
      expect(readHost(`lambda.${region}.${dualStackDnsSuffix}`)).toMatchObject(lambda);
      expect(readHost(functionUrlHost(urlId, region))).toMatchObject({ ...lambda, kind: 'function-url' });
    },
  );

  it.each([
    ['us-east-1', 'on.aws'],
    ['us-gov-west-1', 'on.aws'],
    ['cn-north-1', 'on.amazonwebservices.com.cn'],
    ['eusc-de-east-1', 'on.amazonwebservices.eu'],
  ])('of a function URL in %s ends in %s', (region, suffix) => {
    expect(functionUrlHost(urlId, region)).toBe(`${urlId}.lambda-url.${region}.${suffix}`);
  });

  it.each([
    'mcp.example.com',
    'localhost',
    '127.0.0.1',
    'lambda-url.us-east-1.on.aws',
    `${urlId}.lambda-url.us-east-1.on.aws.evil.example`,
    `${urlId}.lambda-url.us-east-1.on-aws.example`,
    `${urlId}.lambda-url.us-east-1.onxaws`,
    `${urlId}.lambda-url.cn-north-1.on.aws`,
    `${urlId}.lambda-url.us-east-1.evil.on.aws`,
    `${urlId}.evil.lambda-url.us-east-1.on.aws`,
    `${urlId}.lambda-url.us-east-1`,
    'lambda.us-east-1.amazonaws.com.evil.example',
    'lambda.us-east-1.amazonaws.com.cn',
    'evillambda.us-east-1amazonaws.com',
    'lambda.us-east-1.evilamazonaws.com',
    'lambda.cn-north-1.amazonaws.com',
    'lambda.eusc-de-east-1.api.aws',
    'vpce-0a1b2c3d4e5f60718-h5x8ps9k.lambda.us-east-1.amazonaws.com',
    'vpce-0a1b2c3d4e5f60718-h5x8ps9k.lambda.us-east-1.vpce.amazonaws.com.evil.example',
    'us-east-1.amazonaws.com',
    'bucket.s3.us-east-1.amazonaws.com',
  ])('%s is not guessed at', (host) => {
    expect(readHost(host)).toBeUndefined();
  });
});

describe('a function’s name', () => {
  const none = { partition: undefined, region: undefined, accountId: undefined, qualifier: undefined };
  const arn = (partition: string, region: string) => `arn:${partition}:lambda:${region}:111122223333:function:f`;

  it.each<[string, object]>([
    ['f', { unqualified: 'f', name: 'f', ...none }],
    ['f:PROD', { unqualified: 'f', qualifier: 'PROD' }],
    ['f:7', { qualifier: '7' }],
    ['f:$LATEST', { qualifier: '$LATEST' }],
    ['f:$LATEST.PUBLISHED', { unqualified: 'f', qualifier: '$LATEST.PUBLISHED' }],
    ['111122223333:function:f', { unqualified: '111122223333:function:f', name: 'f', accountId: '111122223333' }],
    ['111122223333:f', { unqualified: '111122223333:f', name: 'f', accountId: '111122223333', qualifier: undefined }],
    ['function:f', { unqualified: 'function:f', name: 'f', qualifier: undefined }],
    ['111122223333:function:f:$LATEST.PUBLISHED', { name: 'f', qualifier: '$LATEST.PUBLISHED' }],
    ['111122223333:function:f:PROD', { unqualified: '111122223333:function:f', qualifier: 'PROD' }],
    [
      `${arn('aws', 'us-east-1')}:PROD`,
      { unqualified: arn('aws', 'us-east-1'), region: 'us-east-1', qualifier: 'PROD' },
    ],
    ...PARTITION_REGIONS.map(([region, id]): [string, object] => [
      arn(id, region),
      { partition: id, region, accountId: '111122223333', name: 'f' },
    ]),
    // Of a partition that AWS has yet to open.
    [arn('aws-iso-z', 'us-isoz-east-1'), { partition: 'aws-iso-z', region: 'us-isoz-east-1' }],
  ])('%s', (text, expected) => {
    expect(readFunctionName(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'a b',
    'f:',
    'f:a:b',
    '11112222333:function:f',
    '111122223333:function:',
    'arn:aws:lambda:us-east-1:111122223333:f',
    'arn:aws:lambda:111122223333:function:f',
    'mcp.example.com',
    'f:$FIRST',
    'x'.repeat(65),
    'arn:aws:lambda:us-east-1:1:function:f',
    'arn:evil:lambda:us-east-1:111122223333:function:f',
    'arn:aws:lambda:us-east-1:111122223333:layer:f',
    'arn:aws:s3:::bucket',
    'https://a.example/',
  ])('%j is none', (text) => {
    expect(readFunctionName(text)).toBeUndefined();
  });
});

describe('an ARN', () => {
  const session = 'arn:aws-eusc:sts::111122223333:assumed-role/agent/session';

  it('has six parts, the last with its colons', () => {
    expect(readArn('arn:aws:lambda:us-east-1:111122223333:function:f:PROD')).toEqual({
      partition: 'aws',
      service: 'lambda',
      region: 'us-east-1',
      accountId: '111122223333',
      resource: 'function:f:PROD',
    });
  });

  it.each(['', '*', 'arn', 'arn:aws:iam::111122223333', 'urn:aws:iam::111122223333:root'])('is not %j', (text) => {
    expect(readArn(text)).toBeUndefined();
    expect(readArnPattern(text)).toBeUndefined();
  });

  it('of a session tells its role', () => {
    expect(readAssumedRole(session)).toEqual({
      roleArn: 'arn:aws-eusc:iam::111122223333:role/agent',
      roleName: 'agent',
      sessionName: 'session',
      accountId: '111122223333',
    });
  });

  it.each([
    'arn:aws:iam::111122223333:user/assumed-role/x/y',
    'arn:aws:iam::111122223333:assumed-role/agent/session',
    'arn:aws:sts::111122223333:assumed-role/agent',
    'arn:aws:sts::1111:assumed-role/agent/session',
    'arn:aws:sts::111122223333:federated-user/agent',
    'arn:aws:sts::1111222233334:assumed-role/agent/session',
    'arn:aws:sts::x111122223333:assumed-role/agent/session',
    'arn:aws:sts::111122223333:no-assumed-role/agent/session',
    'arn:aws:sts::111122223333:assumed-role/agent/ses\nsion',
    'agent',
  ])('%s is no session of a role', (arn) => {
    expect(readAssumedRole(arn)).toBeUndefined();
  });

  it.each<[string, boolean]>([
    ['arn:aws-eusc:sts::111122223333:assumed-role/agent/*', true],
    ['arn:*:sts::1111????3333:assumed-role/*', true],
    ['arn:aws:sts::111122223333:assumed-role/agent/session', false],
    ['arn:aws-eusc:STS::111122223333:assumed-role/agent/session', false],
  ])('fits the pattern %s: %j', (pattern, fits) => {
    expect(readArnPattern(pattern)?.(session)).toBe(fits);
  });

  it('has no wildcard that reaches into its next part', () => {
    const fits = readArnPattern('arn:*:us-east-1:111122223333:function:f');
    expect(fits?.('arn:aws:lambda:us-east-1:111122223333:function:f')).toBe(false);
  });
});
