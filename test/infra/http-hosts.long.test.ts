import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  callerStatements,
  McpAgentRuntime,
  type McpAgentRuntimeProps,
  McpAuth,
  McpUserPool,
  McpWebFunction,
  type McpWebFunctionProps,
} from 'lambda-mcp/infra';
import { describe, expect, it } from 'vitest';
import { serveAsWebFunction } from '../hosts/serve-bundle.ts';
import { works } from '../support/programs.ts';
import { newPath } from '../support/scratch.ts';

const run = promisify(execFile);
const hasCfnLint = await works('cfn-lint', ['--version']);
const entry = resolve(import.meta.dirname, '../../examples/quickstart/server.ts');
const CONTEXT = { 'aws:cdk:bundling-stacks': [] as string[] };
const discoveryUrl = 'https://idp.example.com/.well-known/openid-configuration';

type Make = (stack: Stack) => McpAgentRuntime | McpWebFunction;

function build(make: Make, context: Record<string, unknown> = CONTEXT) {
  const app = new App({ context });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  const made = make(stack);
  return { app, stack, made };
}
const runtime =
  (props: Partial<McpAgentRuntimeProps> = {}): Make =>
  (stack) =>
    new McpAgentRuntime(stack, 'Tools', { entry, runtimeName: 'tools', ...props });
const webFunction =
  (props: Partial<McpWebFunctionProps> = {}): Make =>
  (stack) =>
    new McpWebFunction(stack, 'Tools', { entry, webFunctionName: 'tools', ...props });
const signedIn: Make = (stack) => {
  const pool = new McpUserPool(stack, 'People', { domainPrefix: 'tools', scopes: { call: 'Call' } });
  return webFunction({ auth: McpAuth.userPool(pool, { serverUrl: 'https://tools.example.com/mcp' }) })(stack);
};
const WAYS: Record<string, Make> = {
  'McpAgentRuntime by IAM': runtime(),
  'McpAgentRuntime by tokens': runtime({ jwt: { discoveryUrl, allowedScopes: ['mcp/call'] } }),
  'McpWebFunction by IAM': webFunction(),
  'McpWebFunction by OAuth': signedIn,
};

/** The statements of a role that may call. */
function granted(make: Make) {
  const { stack, made } = build(make);
  made.grantInvoke(new iam.Role(stack, 'Agent', { assumedBy: new iam.AccountPrincipal('444455556666') }));
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(([id, { Properties }]) =>
    id.startsWith('Agent') ? Properties.PolicyDocument.Statement : [],
  );
  return { statements, own: stack.resolve(callerStatements(arnOf(made)).map((each) => each.toStatementJson())) };
}
const arnOf = (made: ReturnType<Make>) => (made instanceof McpWebFunction ? made.endpointArn : made.runtimeArn);

/** The own policy of the server's role. */
function ownStatements(make: Make) {
  const policies = Object.entries(Template.fromStack(build(make).stack).findResources('AWS::IAM::Policy'));
  return policies.flatMap(([id, { Properties }]) =>
    id.startsWith('ToolsRole') ? Properties.PolicyDocument.Statement : [],
  );
}

describe('McpWebFunction', () => {
  it('grants the one action, on its one endpoint, as callerStatements does', () => {
    const { statements, own } = granted(webFunction());
    const wanted = {
      Action: 'lambda:InvokeWebFunctionEndpoint',
      Effect: 'Allow',
      Resource: {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, ':lambda:us-east-1:111122223333:web-function/tools/endpoint/prod'],
        ],
      },
    };
    expect(statements).toEqual([wanted]);
    expect(own).toEqual([wanted]);
  });

  it('may write its own log, and nothing else', () => {
    expect(ownStatements(webFunction())).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['ToolsLogGroup70D3FD20', 'Arn'] },
      },
    ]);
  });

  it.each([
    ['McpWebFunction by IAM', 'IamAuth'],
    ['McpWebFunction by OAuth', 'ApplicationManaged'],
  ])('%s', (way, authType) => {
    const template = Template.fromStack(build(WAYS[way] as Make).stack);
    const [endpoint] = Object.values(template.findResources('AWS::Lambda::WebFunctionEndpoint'));
    expect(JSON.stringify(endpoint?.Properties)).toContain(authType);
    template.hasResourceProperties('AWS::Lambda::WebFunctionRevision', {
      ServiceConfig: {
        TimeoutSeconds: 60,
        EnvironmentVariables: {
          AWS_LAMBDA_NODEJS_ENTRYPOINT: 'index.mjs',
          ...(authType === 'ApplicationManaged' && { MCP_SERVER_URL: 'https://tools.example.com/mcp' }),
        },
      },
    });
  });

  it('is refused OAuth without the URL that tokens are for, and a grant under OAuth', () => {
    const pool: Make = (stack) => {
      const people = new McpUserPool(stack, 'People', { domainPrefix: 'tools', scopes: { call: 'Call' } });
      return webFunction({ auth: McpAuth.userPool(people) })(stack);
    };
    expect(() => build(pool)).toThrow(/auth needs serverUrl/);
    expect(() => granted(signedIn)).toThrow(/sign in by OAuth/);
  });
});

describe('McpAgentRuntime', () => {
  it('grants the one action, on the runtime and its endpoints, as callerStatements does', () => {
    const { statements, own } = granted(runtime());
    const arn = (end: string) => ({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':bedrock-agentcore:us-east-1:111122223333:runtime/',
          { 'Fn::GetAtt': [expect.stringMatching(/^ToolsRuntime/), 'AgentRuntimeId'] },
          ...(end ? [end] : []),
        ],
      ],
    });
    const wanted = {
      Action: 'bedrock-agentcore:InvokeAgentRuntime',
      Effect: 'Allow',
      Resource: [arn(''), arn('/*')],
    };
    expect(statements).toEqual([wanted]);
    expect(own).toEqual([wanted]);
  });

  it('is a zip on Node 22 for MCP, whose URL has its ARN as one segment', () => {
    const { stack, made } = build(runtime());
    Template.fromStack(stack).hasResourceProperties('AWS::BedrockAgentCore::Runtime', {
      AgentRuntimeName: 'tools',
      ProtocolConfiguration: 'MCP',
      NetworkConfiguration: { NetworkMode: 'PUBLIC' },
      AgentRuntimeArtifact: { CodeConfiguration: { Runtime: 'NODE_22', EntryPoint: ['index.mjs'] } },
    });
    const url = JSON.stringify(stack.resolve(made.url));
    expect(url).toContain('%3Abedrock-agentcore%3Aus-east-1%3A111122223333%3Aruntime%2F');
  });

  it('may write logs, traces and metrics, and read its own zip', () => {
    const statements = ownStatements(runtime());
    expect(statements.map(({ Action }: { Action: unknown }) => Action)).toEqual([
      ['logs:CreateLogGroup', 'logs:DescribeLogStreams'],
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      'logs:DescribeLogGroups',
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      'cloudwatch:PutMetricData',
      ['s3:GetObject', 's3:GetObjectVersion'],
    ]);
    expect(JSON.stringify(statements.at(-1).Resource)).toMatch(/\.zip"/);
  });

  it('hands tokens on to the server, which may check them too', () => {
    const template = Template.fromStack(build(WAYS['McpAgentRuntime by tokens'] as Make).stack);
    template.hasResourceProperties('AWS::BedrockAgentCore::Runtime', {
      AuthorizerConfiguration: { CustomJWTAuthorizer: { DiscoveryUrl: discoveryUrl, AllowedScopes: ['mcp/call'] } },
      RequestHeaderConfiguration: { RequestHeaderAllowlist: ['Authorization'] },
    });
  });

  it.each<[RegExp, Partial<McpAgentRuntimeProps>]>([
    [/name allowedClients/, { jwt: { discoveryUrl } }],
    [/discoveryUrl ends in/, { jwt: { discoveryUrl: 'https://idp.example.com', allowedScopes: ['a'] } }],
    [/letters, digits and _/, { runtimeName: 'my-tools' }],
    [/no server file/, { entry: 'nowhere.ts' }],
  ])('is refused: %s', (why, props) => {
    expect(() => build(runtime(props))).toThrow(why);
  });

  it('is not granted to whoever has no policy in the app', () => {
    const { made } = build(runtime());
    expect(() => made.grantInvoke(new iam.AccountPrincipal('444455556666'))).toThrow(/callerStatements/);
  });
});

describe('each host', () => {
  it.each(Object.keys(WAYS))('%s has these findings of cdk-nag, and no other', (way) => {
    const { app, stack } = build(WAYS[way] as Make);
    const found = new AwsSolutionsChecks(app)
      .validateScope(stack)
      .violations.filter(({ violatingResources }) =>
        violatingResources.some(({ constructPath }) => constructPath?.startsWith('Stack/Tools')),
      )
      .map(({ ruleName }) => ruleName.replace(/\[.*/, ''));
    expect([...new Set(found)]).toEqual(way.startsWith('McpAgentRuntime') ? ['AwsSolutions-IAM5'] : []);
  });

  it.skipIf(!hasCfnLint).each(Object.keys(WAYS))(
    '%s is free of findings by cfn-lint, but that it may not know the types',
    async (way) => {
      const file = `${newPath()}.json`;
      writeFileSync(file, JSON.stringify(Template.fromStack(build(WAYS[way] as Make).stack).toJSON()));
      const ignored = ['--ignore-checks', 'W3005', 'E3006', '--', file];
      const { stdout } = await run('cfn-lint', ignored).catch((error) => error);
      expect(stdout).toBe('');
    },
    60_000,
  );

  it('starts from its bundle, and a caller that leaves stops the work', async () => {
    const server = join(newPath(), '..', 'leaving.ts');
    writeFileSync(server, LEAVING);
    await using served = await serveAsWebFunction(server);
    const leaving = new AbortController();
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wait', arguments: {} } };
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const post = (params: object, signal?: AbortSignal) =>
      fetch(served.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ ...message, params }),
        ...(signal && { signal }),
      });
    const waiting = post({ name: 'wait', arguments: {} }, leaving.signal)
      .then((response) => response.text())
      .catch((error: Error) => error.name);
    const said = async () => (await post({ name: 'said', arguments: {} })).text();
    while (!(await said()).includes('begun'));
    leaving.abort();
    expect(await waiting).toBe('AbortError');
    while (!(await said()).includes('stopped'));
  });
});

/** A tool that tells whether it was stopped. */
const LEAVING = `
  import { createLambdaHandler } from ${JSON.stringify(fileURLToPath(import.meta.resolve('lambda-mcp/server')))};
  import { McpServer } from ${JSON.stringify(fileURLToPath(import.meta.resolve('@modelcontextprotocol/server')))};
  let said = '';
  export const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'leaving', version: '1.0.0' });
    server.registerTool('said', {}, async () => ({ content: [{ type: 'text', text: said }] }));
    server.registerTool('wait', {}, async ({ mcpReq }) => {
      said = 'begun';
      await new Promise((fulfil) => mcpReq.signal.addEventListener('abort', fulfil));
      said = 'stopped';
      return { content: [] };
    });
    return server;
  });
`;
