import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFunctionName } from '../../wire/aws/function-name.ts';
import { hostScope } from '../../wire/aws/hosts.ts';
import { PARTITIONS, partitionOf } from '../../wire/aws/partitions.ts';

interface SdkPartition {
  readonly id: string;
  readonly outputs: { readonly dnsSuffix: string; readonly dualStackDnsSuffix: string };
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The AWS SDK's own data, which no export leads to. */
const FILE = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
const { partitionsInfo }: { partitionsInfo: { partitions: readonly SdkPartition[] } } = await import(
  pathToFileURL(FILE).href
);

describe('partitions', () => {
  it('are those of the AWS SDK, with all of its regions', () => {
    const known = PARTITIONS.map(({ id, dnsSuffix, dualStackDnsSuffix }) => ({ id, dnsSuffix, dualStackDnsSuffix }));
    const expected = partitionsInfo.partitions.map(({ id, outputs: { dnsSuffix, dualStackDnsSuffix } }) => ({
      id,
      dnsSuffix,
      dualStackDnsSuffix,
    }));
    expect(known.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
    for (const { id, regions } of partitionsInfo.partitions) {
      for (const region of Object.keys(regions)) {
        if (/-\d+$/.test(region)) expect([region, partitionOf(region).id]).toEqual([region, id]);
      }
    }
  });

  it('know a region’s name and no other around it', () => {
    for (const { id, regions } of partitionsInfo.partitions) {
      const partition = PARTITIONS.find((each) => each.id === id);
      for (const region of Object.keys(regions)) {
        expect(partition?.regions.test(`x${region}`), `x${region}`).toBe(false);
        expect(partition?.regions.test(`${region}x`), `${region}x`).toBe(false);
      }
    }
  });

  it('of a region that nobody knows yet is aws', () => {
    expect(partitionOf('xx-north-1').id).toBe('aws');
  });
});

describe('a host', () => {
  it.each<[string, string, string]>([
    ['abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws', 'lambda', 'eu-central-1'],
    ['abc.lambda-url.us-gov-west-1.on.aws', 'lambda', 'us-gov-west-1'],
    ['abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn', 'lambda', 'cn-north-1'],
    ['abc.lambda-url.eusc-de-east-1.on.amazonwebservices.eu', 'lambda', 'eusc-de-east-1'],
    ['abc.xyz.lambda-web.us-east-1.on.aws', 'lambda', 'us-east-1'],
    ['abc.lambda-web.us-east-1.on.aws', 'lambda', 'us-east-1'],
    ['a1b2c3d4e5.execute-api.us-east-2.amazonaws.com', 'execute-api', 'us-east-2'],
    ['a1b2c3d4e5.execute-api.us-east-2.api.aws', 'execute-api', 'us-east-2'],
    ['a1b2c3d4e5-vpce-0a1b2c3d4e5f60718.execute-api.us-east-2.amazonaws.com', 'execute-api', 'us-east-2'],
    ['vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-2.vpce.amazonaws.com', 'execute-api', 'us-east-2'],
    ['vpce-0a1b2c3d4e5f60718-abcdefgh-us-east-2a.execute-api.us-east-2.vpce.amazonaws.com', 'execute-api', 'us-east-2'],
    ['vpce-0a1b2c3d4e5f60718-abcdefgh.lambda.cn-north-1.vpce.amazonaws.com.cn', 'lambda', 'cn-north-1'],
    ['lambda.us-east-1.amazonaws.com', 'lambda', 'us-east-1'],
    ['lambda-fips.us-gov-west-1.amazonaws.com', 'lambda', 'us-gov-west-1'],
    ['lambda-fips.us-east-1.api.aws', 'lambda', 'us-east-1'],
    ['lambda.eu-west-1.api.aws', 'lambda', 'eu-west-1'],
    ['lambda.eusc-de-east-1.amazonaws.eu', 'lambda', 'eusc-de-east-1'],
    ['lambda.us-iso-east-1.c2s.ic.gov', 'lambda', 'us-iso-east-1'],
    ['lambda.eu-isoe-west-1.api.cloud-aws.adc-e.uk', 'lambda', 'eu-isoe-west-1'],
    ['aws-mcp.us-east-1.api.aws', 'aws-mcp', 'us-east-1'],
    ['bedrock-agentcore.us-west-2.amazonaws.com', 'bedrock-agentcore', 'us-west-2'],
    ['gw-1.gateway.bedrock-agentcore.us-west-2.amazonaws.com', 'bedrock-agentcore', 'us-west-2'],
  ])('%s tells its service and region', (host, service, region) => {
    expect(hostScope(host)).toEqual({ service, region });
  });

  it.each([
    'mcp.example.com',
    'localhost',
    '127.0.0.1',
    'lambda-url.us-east-1.on.aws',
    'abc.lambda-url.us-east-1.on.aws.evil.example',
    'abc.lambda-url.us-east-1.on-aws.example',
    'abc.lambda-url.cn-north-1.on.aws',
    'abc.lambda-url.us-east-1.evil.on.aws',
    'abc.def.lambda-url.us-east-1.on.aws',
    'lambda.us-east-1.amazonaws.com.evil.example',
    'lambda.us-east-1.amazonaws.org',
    'evillambda.us-east-1amazonaws.com',
    'lambda.cn-north-1.amazonaws.com',
    'vpce-1.lambda.us-east-1.amazonaws.com',
    'us-east-1.amazonaws.com',
    'bucket.s3.us-east-1.amazonaws.com',
  ])('%s is not guessed at', (host) => {
    expect(hostScope(host)).toBeUndefined();
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
    ['111122223333:function:f:PROD', { unqualified: '111122223333:function:f', qualifier: 'PROD' }],
    [
      `${arn('aws', 'us-east-1')}:PROD`,
      { unqualified: arn('aws', 'us-east-1'), region: 'us-east-1', qualifier: 'PROD' },
    ],
    ...partitionsInfo.partitions.flatMap(({ id, regions }): [string, object][] =>
      Object.keys(regions)
        .filter((region) => /-\d+$/.test(region))
        .map((region) => [arn(id, region), { partition: id, region, name: 'f' }]),
    ),
  ])('%s', (text, expected) => {
    expect(readFunctionName(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'a b',
    'f:',
    'f:a:b',
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
