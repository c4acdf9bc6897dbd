import { type App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { callerStatements, McpAuditTrail, McpAuth, McpFunction, McpRestApi, McpUserPool } from 'lambda-mcp/infra';
import type { RoleName } from './target.ts';

/** What the stack tells the suite, as JSON in its one output `Live`. */
export interface LiveOutput {
  readonly region: string;
  readonly probe: { readonly url: string; readonly arn: string };
  readonly throttled: { readonly url: string; readonly arn: string };
  readonly signedIn: {
    readonly url: string;
    readonly issuer: string;
    readonly domain: string;
    readonly userPoolId: string;
    readonly peopleClientId: string;
    readonly machineClientId: string;
  };
  /** ARNs. */
  readonly roles: Readonly<Record<RoleName, string>>;
  /** A REST API in front of the probe. */
  readonly apiUrl: string;
  readonly functionLog: string;
  readonly accessLog: string;
  readonly trailLog: string;
}

/**
 * Three functions, one behind a REST API too and one that people sign in to, a trail, and roles that differ in what they may
 * do, all of them to be assumed by the account that runs
 * the suite. `throttled` has a concurrency of 0: Lambda turns every call away.
 */
export function liveStack(app: App): Stack {
  const stack = new Stack(app, 'LambdaMcpLive', { description: 'For lambda-mcp’s live tests: delete it afterwards' });
  const probe = new McpFunction(stack, 'Probe', {
    entry: 'test/live/probe.ts',
    logGroup: new LogGroup(stack, 'Log', { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }),
  });
  const throttled = new McpFunction(stack, 'Throttled', {
    entry: 'test/live/probe.ts',
    logGroup: probe.logGroup,
    reservedConcurrentExecutions: 0,
  });
  // Name only the account: whether that lets its roles in is a question of the suite.
  const account = { functionName: throttled.function.functionArn, principal: stack.account };
  new CfnPermission(stack, 'AccountUrl', {
    ...account,
    action: 'lambda:InvokeFunctionUrl',
    functionUrlAuthType: 'AWS_IAM',
  });
  new CfnPermission(stack, 'AccountInvoke', {
    ...account,
    action: 'lambda:InvokeFunction',
    invokedViaFunctionUrl: true,
  });
  const api = new McpRestApi(stack, 'Api', {
    server: probe,
    authorization: 'iam',
    logRetention: RetentionDays.ONE_WEEK,
  });
  const trail = new McpAuditTrail(stack, 'Trail', {
    functions: [probe, throttled],
    retention: Duration.days(31),
    logRetention: RetentionDays.ONE_WEEK,
  });

  const role = (id: string, statements: iam.PolicyStatement[] = [], path?: string) => {
    const assumedBy = new iam.AccountRootPrincipal();
    const made = new iam.Role(stack, id, { assumedBy, ...(path !== undefined && { path }) });
    for (const statement of statements) made.addToPolicy(statement);
    return made;
  };
  const { functionArn } = probe.function;
  const [mayUseUrl, mayInvokeViaUrl] = callerStatements(functionArn) as [iam.PolicyStatement, iam.PolicyStatement];
  const roles: Record<RoleName, iam.Role> = {
    url: role('Url', [], '/agents/'),
    invoke: role('Invoke'),
    onlyUrlAction: role('OnlyUrlAction', [mayUseUrl]),
    onlyInvokeAction: role('OnlyInvokeAction', [mayInvokeViaUrl]),
    bareInvoke: role('BareInvoke', callerStatements(functionArn, { via: 'invoke' })),
    stringEquals: role('StringEquals', [
      mayUseUrl,
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [functionArn],
        conditions: { StringEquals: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
    ]),
    boolFalse: role('BoolFalse', [
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [functionArn],
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } },
      }),
    ]),
    nobody: role('Nobody'),
  };
  for (const mcp of [probe, throttled]) mcp.grantInvoke(roles.url);
  probe.grantInvoke(roles.invoke, { via: 'invoke' });
  api.grantInvoke(roles.url);

  const people = new McpUserPool(stack, 'People', {
    domainPrefix: `lambda-mcp-live-${stack.account}`,
    resourceServer: 'tools',
    scopes: { call: 'Call the tools' },
    machineClient: true,
    mfa: Mfa.OFF,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const signedIn = new McpFunction(stack, 'SignedIn', {
    entry: 'test/fixtures/servers/signed-in.ts',
    logGroup: probe.logGroup,
    auth: McpAuth.userPool(people),
  });
  const { userPool, peopleClient, machineClient } = people;

  const output: LiveOutput = {
    region: stack.region,
    probe: { url: probe.url, arn: functionArn },
    throttled: { url: throttled.url, arn: throttled.function.functionArn },
    signedIn: {
      url: signedIn.url,
      issuer: `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${userPool.userPoolId}`,
      domain: `https://${people.environment.COGNITO_DOMAIN}.auth.${stack.region}.amazoncognito.com`,
      userPoolId: userPool.userPoolId,
      peopleClientId: peopleClient.userPoolClientId,
      machineClientId: machineClient?.userPoolClientId ?? '',
    },
    roles: Object.fromEntries(Object.entries(roles).map(([name, { roleArn }]) => [name, roleArn])) as never,
    apiUrl: api.url,
    functionLog: probe.logGroup.logGroupName,
    accessLog: api.accessLog.logGroupName,
    trailLog: trail.logGroup.logGroupName,
  };
  new CfnOutput(stack, 'Live', { value: stack.toJsonString(output) });
  return stack;
}
