import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { AUTHS, HOSTS, type HostOptions, readHostOptions } from '../../examples/aws-tools/host-options.ts';
import { awsToolsStack } from '../../examples/aws-tools/stack.ts';

const ACCOUNT = '111122223333';
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
const certificate = (region: string) => `arn:aws:acm:${region}:${ACCOUNT}:certificate/a`;

/** As the app does it. @returns the resource types of the stack and of those that it brings */
function synth(given: Readonly<Record<string, string>>, region = 'eu-central-1', caller?: string): Set<string> {
  const app = new App({ context: CONTEXT });
  awsToolsStack(app, 'Stack', {
    env: { account: ACCOUNT, region },
    crossRegionReferences: true,
    host: readHostOptions((name) => given[name]),
    ...(caller !== undefined && { caller }),
  });
  const templates = app
    .synth()
    .stacks.map(({ template }) => template as { Resources: Record<string, { Type: string }> });
  return new Set(templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
}

const NAMES = {
  customDomain: 'tools.example.com',
  cdnCertificateArn: certificate('us-east-1'),
  albCertificateArn: certificate('eu-central-1'),
};
const subsets = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
  Object.fromEntries(Object.entries(NAMES).filter((_entry, index) => bits & (1 << index))),
);

describe.each(HOSTS)('the app with -c host=%s', (host) => {
  it.each(AUTHS)('and -c auth=%s synthesizes whatever certificates it is given, or says why not', (auth) => {
    for (const names of subsets) {
      let types: Set<string> | undefined;
      try {
        types = synth({ host, auth, ...names });
      } catch (error) {
        // One of ours, which ends with what to do: none of CDK's, and no TypeError.
        expect((error as Error).message).toMatch(new RegExp(`^-c host=${host} -c auth=${auth}: .+\\.( [^.]+)\\.$`));
        continue;
      }
      const has = (type: string) => types.has(type);
      expect({
        function: has('AWS::Lambda::Url'),
        api: has('AWS::ApiGateway::RestApi'),
        service: has('AWS::ECS::Service'),
        express: has('AWS::ECS::ExpressGatewayService'),
        web: has('AWS::Lambda::WebFunction'),
        runtime: has('AWS::BedrockAgentCore::Runtime'),
        edge: has('AWS::CloudFront::Distribution') && has('AWS::WAFv2::WebACL'),
        pool: has('AWS::Cognito::UserPool'),
      }).toEqual({
        function: (host.endsWith('function') && host !== 'web-function') || host.endsWith('rest-api'),
        api: host.endsWith('rest-api'),
        service: host.endsWith('service'),
        express: host === 'express',
        web: host === 'web-function',
        runtime: host === 'agent-runtime',
        edge: host.startsWith('edge-'),
        pool: auth === 'cognito',
      });
    }
  });
});

const GOOD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a function': {},
  'a function with people': { auth: 'cognito' },
  'a REST API': { host: 'rest-api', apiName: 'tools', stageName: 'live', functionName: 'tools' },
  'a REST API with people': {
    ...{ host: 'rest-api', auth: 'cognito', customDomain: NAMES.customDomain },
    albCertificateArn: NAMES.albCertificateArn,
  },
  'a service': { host: 'service', memory: '2048' },
  'a Web Function': { host: 'web-function', timeout: '300' },
  'a Web Function with people': { host: 'web-function', auth: 'cognito', customDomain: NAMES.customDomain },
  'an agent runtime': { host: 'agent-runtime' },
  'an agent runtime with people': { host: 'agent-runtime', auth: 'cognito' },
  'Express Mode': { host: 'express', customDomain: NAMES.customDomain },
  'an edge without certificates': { host: 'edge-service' },
  'an edge with one certificate': {
    ...{ host: 'edge-function', customDomain: NAMES.customDomain, cdnCertificateArn: NAMES.cdnCertificateArn },
  },
  'an edge with two': { host: 'edge-service', ...NAMES },
  'an edge before an API': { host: 'edge-rest-api', ...NAMES },
};

it.each(Object.keys(GOOD))('the app deploys %s', (way) => {
  expect(synth(GOOD[way] ?? {}).size).toBeGreaterThan(2);
});

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['a host that is none', { host: 'ecs' }, /^-c host=ecs: say function, rest-api/],
  ['a way to sign in that is none', { auth: 'oauth' }, /^-c auth=oauth: say iam, cognito or none\.$/],
  ['memory that is no number', { memory: '1 GB' }, /^-c memory=1 GB: say a whole number/],
  ['the name of what it has not', { host: 'service', functionName: 'x' }, /it has no functionName/],
  ['a time limit of what has none', { host: 'service', timeout: '60' }, /it has no timeout/],
  ['memory of what takes none', { host: 'agent-runtime', memory: '512' }, /it has no memory/],
  ['a stage of no API', { stageName: 'x' }, /it has no stageName/],
])('the app refuses %s', (_what, given, why) => {
  expect(() => synth(given)).toThrow(why);
});

it('the app lets nobody in by name where IAM does not decide', () => {
  expect(() => synth({ host: 'service' }, 'us-east-1', `arn:aws:iam::${ACCOUNT}:role/agent`)).toThrow(
    /only a function/,
  );
});

it('reads nothing as nothing', () => {
  expect(readHostOptions(() => '')).toEqual(readHostOptions(() => undefined));
  expect(readHostOptions(() => undefined)).toMatchObject({
    host: 'function',
    auth: 'iam',
  } satisfies Partial<HostOptions>);
});
