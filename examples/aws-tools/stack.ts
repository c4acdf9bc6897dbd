import { type App, type CfnElement, Stack, type StackProps, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { type InvokeVia, McpAuditTrail, McpDashboard, type McpFunction } from 'lambda-mcp/infra';
import { deployHost } from './deploy-host.ts';
import type { HostOptions } from './host-options.ts';
import { permissionStatements } from './permissions.ts';
import { type BedrockLogs, toEnvironment } from './settings.ts';

export interface AwsToolsProps extends StackProps {
  /**
   * Who may call: the ARN of a role or user, an account's 12 digits, or an organisation's `o-…`.
   *
   * @default - nobody
   */
  readonly caller?: string;
  /** @default 'url' */
  readonly via?: InvokeVia;
  /** @default - a function behind IAM */
  readonly host?: HostOptions;
  /** @default - `/aws/bedrock/modelinvocations` in the stack's region */
  readonly bedrockLogs?: Partial<BedrockLogs>;
}

/** The server with its permissions, dashboard, alarms and audit trail. */
export function awsToolsStack(app: App, id: string, props: AwsToolsProps = {}): Stack {
  const { caller, via = 'url', host = { host: 'function', auth: 'iam' }, ...stackProps } = props;
  const stack = new Stack(app, id, { description: 'An MCP server, by lambda-mcp', ...stackProps });
  const { partition, account, region } = stack;
  const bedrockLogs = { logGroups: ['/aws/bedrock/modelinvocations'], regions: [region], ...props.bedrockLogs };

  // A REST API with Cognito checks the tokens itself, and so does AgentCore Runtime.
  const checksTokens = host.auth === 'cognito' && !host.host.endsWith('rest-api') && host.host !== 'agent-runtime';
  const { role, function: tools } = deployHost(stack, host, {
    entry: `examples/aws-tools/${checksTokens ? 'server-oauth' : 'server'}.ts`,
    environment: toEnvironment(bedrockLogs),
  });
  const statements = permissionStatements({ partition, account, bedrockLogs });
  for (const statement of statements) role.addToPrincipalPolicy(iam.PolicyStatement.fromJson(statement));
  if (caller !== undefined) {
    if (!tools || host.host !== 'function' || host.auth !== 'iam') {
      throw new Error(`-c caller=${caller}: only a function with auth=iam lets callers in by name. Leave it out.`);
    }
    tools.grantInvoke(principalOf(caller), { via });
  }
  if (!tools) return stack;

  new McpDashboard(stack, 'Dashboard', { functions: [tools] });
  const audit = new McpAuditTrail(stack, 'Audit', { functions: [tools] });
  acknowledge(stack, tools, audit, bedrockLogs);
  return stack;
}

function principalOf(caller: string): iam.IPrincipal {
  if (/^\d{12}$/.test(caller)) return new iam.AccountPrincipal(caller);
  if (/^o-[a-z0-9]{10,32}$/.test(caller)) return new iam.OrganizationPrincipal(caller);
  if (/^arn:[^:]+:(iam|sts)::\d{12}:.+/.test(caller)) return new iam.ArnPrincipal(caller);
  throw new Error(`"${caller}" is no caller: give the ARN of a role or user, 12 digits, or o-….`);
}

/** What cdk-nag's AwsSolutions pack has against this stack, and why it stays. */
function acknowledge(
  stack: Stack,
  tools: McpFunction,
  audit: McpAuditTrail,
  { logGroups, regions }: BedrockLogs,
): void {
  Validations.of(tools.role).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'AWS knows no narrower resource for what is granted on *: xray:PutTraceSegments and PutTelemetryRecords, ' +
        'ce:GetCostAndUsage and GetCostForecast, tag:GetResources, logs:GetQueryResults and StopQuery.',
    },
    ...regions.flatMap((region) =>
      logGroups.map((logGroup) => ({
        id: `AwsSolutions-IAM5[Resource::${streamsOf(stack, region, logGroup)}:*]`,
        reason: 'One log group: CloudWatch Logs writes the ARN of all its streams with an asterisk.',
      })),
    ),
    ...regions.map((region) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:bedrock:${placeOf(stack, region)}:application-inference-profile/*]`,
      reason:
        'Amazon Bedrock chooses the ids of application inference profiles, and whoever makes one is not this stack.',
    })),
  );
  const { account, region } = stack;
  const trailLog = `<${stack.getLogicalId(audit.logGroup.node.defaultChild as CfnElement)}>`;
  const trailStreams = `${told(account, 'AccountId')}_CloudTrail_${told(region, 'Region')}*`;
  Validations.of(audit).acknowledge(
    {
      id: `AwsSolutions-IAM5[Resource::${streamsOf(stack, region, trailLog)}:log-stream:${trailStreams}]`,
      reason: 'CloudTrail chooses the end of its streams’ names: its documentation gives this policy.',
    },
    {
      id: 'AwsSolutions-S1',
      reason:
        'Whether reading the records is logged is the owner’s choice: McpAuditTrail takes serverAccessLogsBucket.',
    },
  );
}

/** A log group's ARN as cdk-nag writes it. */
function streamsOf(stack: Stack, region: string, logGroup: string): string {
  return `arn:<AWS::Partition>:logs:${placeOf(stack, region)}:log-group:${logGroup}`;
}

/** Region and account as cdk-nag writes them. */
function placeOf({ account }: Stack, region: string): string {
  return `${told(region, 'Region')}:${told(account, 'AccountId')}`;
}

/** What only the deployment knows stands in angle brackets. */
function told(value: string, name: string): string {
  return Token.isUnresolved(value) ? `<AWS::${name}>` : value;
}
