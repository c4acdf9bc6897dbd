import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsToolsStack } from '../../examples/aws-tools/stack.ts';
import { startAwsServices } from '../support/aws-services.ts';
import { ACCOUNT, allOfLambda } from '../support/lambda.ts';
import { works } from '../support/programs.ts';
import { deploy, type Template } from '../support/synthesized.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOG_GROUPS = ['/aws/bedrock/modelinvocations', '/bedrock/other'];
const AGENT = `arn:aws:iam::${ACCOUNT}:role/agent`;
const hasCfnLint = await works('cfn-lint', ['--version']);

describe('the app as `cdk synth` writes it, without an account', () => {
  const out = mkdtempSync(join(tmpdir(), 'lambda-mcp-synth-'));
  const templateFile = join(out, 'LambdaMcpAwsTools.template.json');
  let template: Template;

  beforeAll(async () => {
    // As in cdk.json, without its build: other tests read dist/ meanwhile.
    const app = `"${process.execPath}" examples/aws-tools/app.ts`;
    const logGroups = `bedrockLogGroup=${LOG_GROUPS.join(',')}`;
    const args = ['synth', '--app', app, '--output', out, '--quiet', '-c', `caller=${AGENT}`, '-c', logGroups];
    const { PATH } = process.env;
    await run(process.execPath, ['node_modules/aws-cdk/bin/cdk', ...args], { cwd: ROOT, env: { PATH, HOME: out } });
    template = JSON.parse(readFileSync(templateFile, 'utf8'));
  });
  afterAll(() => rmSync(out, { recursive: true }));

  it('holds the server, its URL, who may call, a dashboard with alarms, and the audit trail', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(template.Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
    expect(counts).toEqual({
      'AWS::CDK::Metadata': 1,
      'AWS::CloudTrail::Trail': 1,
      'AWS::CloudWatch::Alarm': 4,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::IAM::Policy': 1,
      'AWS::IAM::Role': 2,
      'AWS::Lambda::Function': 1,
      'AWS::Lambda::Permission': 2,
      'AWS::Lambda::Url': 1,
      'AWS::Logs::LogGroup': 2,
      'AWS::Logs::QueryDefinition': 7,
      'AWS::S3::Bucket': 1,
      'AWS::S3::BucketPolicy': 1,
    });
  });

  it.skipIf(!hasCfnLint)(
    'is free of findings by cfn-lint (skipped where it is not installed)',
    async () => {
      // W3005: CDK writes DependsOn beside a GetAtt that implies it.
      const { stdout } = await run('cfn-lint', ['--ignore-checks', 'W3005', '--', templateFile]);
      expect(stdout).toBe('');
    },
    60_000,
  );

  it('runs: its bundle, its permissions and its grant serve the tools that were called', async () => {
    const { permissionsOf, policiesOf } = deploy(template, () => 'tools');
    const [policy] = policiesOf('ToolsRole');
    if (!policy) throw new Error('The function has no policy.');
    const aws = await startAwsServices(policy, {
      GetCostAndUsage: () => ({ ResultsByTime: [] }),
      GetCostForecast: () => ({ Total: { Amount: '12.5', Unit: 'USD' } }),
      GetResources: () => ({ ResourceTagMappingList: [{ ResourceARN: 'arn:aws:s3:::bucket' }] }),
      StartQuery: () => ({ queryId: 'query' }),
      GetQueryResults: () => ({ status: 'Complete', results: [], statistics: { recordsScanned: 3 } }),
    });
    const [tools] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const environment = tools?.Properties?.Environment as { Variables: Record<string, string> };
    const [asset] = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(readdirSync(join(out, asset ?? ''))).toEqual(['index.mjs']);
    await using lambda = await startLocalLambda({
      entry: join(out, asset ?? '', 'index.mjs'),
      functionName: 'tools',
      environment: {
        ...aws.environment,
        BEDROCK_LOG_GROUP: environment.Variables.BEDROCK_LOG_GROUP ?? '',
        BEDROCK_LOG_REGIONS: 'us-east-1',
      },
      principals: [{ name: 'agent' }, { name: 'admin', policies: [allOfLambda] }],
      permissions: permissionsOf('tools'),
    });
    const [agent, admin] = lambda.principals as [LocalPrincipal, LocalPrincipal];
    const { functionUrl, functionArn, region, lambdaEndpoint: endpoint } = lambda;
    for (const transport of [
      new SigV4ClientTransport(functionUrl, { credentials: agent, region }),
      new LambdaInvokeClientTransport(functionArn, { credentials: admin, endpoint }),
    ]) {
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(transport);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(['get_account_summary', 'get_bedrock_usage_report']);
      const summary = await client.callTool({ name: 'get_account_summary' });
      expect(summary.structuredContent).toMatchObject({ forecast: { rest: 12.5 }, resources: { total: 1 } });
      for (const logGroup of LOG_GROUPS) {
        const usage = await client.callTool({ name: 'get_bedrock_usage_report', arguments: { logGroup } });
        expect(usage.structuredContent).toMatchObject({
          logGroup,
          totals: { invocations: 0 },
          scanned: { records: 6 },
        });
      }
      await client.close();
    }
    await aws.close();
  });
});

describe('who may be named as caller', () => {
  const permissionsFor = (caller: string) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    awsToolsStack(app, 'Stack', { caller });
    const { template } = app.synth().getStackByName('Stack');
    const permissions = deploy(template, () => 'tools').permissionsOf('tools');
    return permissions.map(({ StatementId: _, ...permission }) => permission);
  };
  const url = { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' };
  const invoke = { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };

  it.each([
    ['a role', AGENT, { Principal: AGENT }],
    ['an account', '444455556666', { Principal: '444455556666' }],
    ['an organisation', 'o-a1b2c3d4e5', { Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' }],
  ])('%s', (_kind, caller, principal) => {
    expect(permissionsFor(caller)).toEqual([
      { ...url, ...principal },
      { ...invoke, ...principal },
    ]);
  });

  it.each(['*', 'arn:aws:s3:::bucket', 'o-X', '4444'])('not %s', (caller) => {
    expect(() => permissionsFor(caller)).toThrow(`"${caller}" is no caller`);
  });
});

describe('cdk-nag’s AwsSolutions pack', () => {
  it.each([
    ['any account', undefined, '<AWS::AccountId>', '<AWS::Region>'],
    ['one account and region', { account: ACCOUNT, region: 'eu-central-1' }, ACCOUNT, 'eu-central-1'],
  ])(
    'finds in a stack for %s what is acknowledged, with a reason, and nothing else',
    (_which, env, account, region) => {
      const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
      const stack = awsToolsStack(app, 'Stack', env ? { env } : {});
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      expect(() => app.synth()).not.toThrow();

      const deaf = new AwsSolutionsChecks(app);
      Object.assign(deaf as object, { isAcknowledged: () => false });
      const found = deaf
        .validateScope(stack)
        .violations.map(({ ruleName }) => ruleName)
        .sort();
      const logGroups = `arn:<AWS::Partition>:logs:${region}:${account}:log-group`;
      expect(found).toEqual([
        'AwsSolutions-IAM5[Resource::*]',
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:bedrock:${region}:${account}:application-inference-profile/*]`,
        `AwsSolutions-IAM5[Resource::${logGroups}:/aws/bedrock/modelinvocations:*]`,
        `AwsSolutions-IAM5[Resource::${logGroups}:<AuditLogGroup4CD660E1>:log-stream:${account}_CloudTrail_${region}*]`,
        'AwsSolutions-S1',
      ]);
      expect([...acknowledged(stack).keys()].sort()).toEqual(found);
      for (const reason of acknowledged(stack).values()) expect(reason).toMatch(/\S+ \S+ \S+ \S+/);
    },
  );
});

/** Reasons by rule. */
function acknowledged(stack: Stack): Map<string, string> {
  const rules = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<string>(data));
  return new Map(rules.map(([id, reason]) => [id.replace('Annotation::', ''), String(reason)]));
}
