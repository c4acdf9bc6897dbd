import { CfnOutput, Fn, Names, Stack } from 'aws-cdk-lib';
import { CfnRuntime } from 'aws-cdk-lib/aws-bedrockagentcore';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { INVOKE_AGENT_RUNTIME } from '../wire/aws/endpoint-actions.ts';
import { grantOneAction } from './grant-one-action.ts';
import { httpCode, START_FILE } from './http-code.ts';

/** How {@link McpAgentRuntime} is made. */
export interface McpAgentRuntimeProps {
  /** The server's file, which exports `handler`, made by `createLambdaHandler`. */
  readonly entry: string;
  /**
   * Letters, digits and `_`, 48 at most.
   *
   * @default - made from the construct's path
   */
  readonly runtimeName?: string;
  /**
   * Who may call, by tokens that AgentCore verifies. The runtime then takes no signatures.
   *
   * @default - IAM
   */
  readonly jwt?: McpAgentRuntimeJwt;
  /**
   * Variables that the server sees.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * What the server may do.
   *
   * @default - a role that may write the runtime's logs, traces and metrics
   */
  readonly role?: iam.IRole;
}

/** At least one of clients, audience and scopes: who else has a token of the same issuer is let in otherwise. */
export interface McpAgentRuntimeJwt {
  /** Ends in `/.well-known/openid-configuration`. */
  readonly discoveryUrl: string;
  /** Ids of clients, in the token's `client_id`. */
  readonly allowedClients?: readonly string[];
  /** Whom a token is for, its `aud`. */
  readonly allowedAudience?: readonly string[];
  /** Scopes of which a token has one at least. */
  readonly allowedScopes?: readonly string[];
}

/**
 * An MCP server in AgentCore Runtime: a zip on Node 22, protocol MCP, callers by IAM unless `jwt` says otherwise.
 *
 * ```ts
 * const tools = new McpAgentRuntime(this, 'Tools', { entry: 'server.ts' });
 * tools.grantInvoke(agentRole);
 * ```
 *
 * AgentCore does not tell the server who called by IAM: `caller` is undefined, and the log says `unverified`. Under `jwt`
 * the header `Authorization` is passed on, so that the server's own option `auth` can tell. Outputs the ARN and the URL.
 *
 * Source: Amazon Bedrock AgentCore Developer Guide, "Deploy MCP servers", "Direct code deployment" and "IAM permissions for
 * AgentCore Runtime".
 */
export class McpAgentRuntime extends Construct implements iam.IGrantable {
  /** Target of `awsFetch`, of the transports and of the command. */
  readonly runtimeArn: string;
  /** `https://bedrock-agentcore.REGION.…/runtimes/ARN/invocations?qualifier=DEFAULT` */
  readonly url: string;
  /** What the server runs as. */
  readonly role: iam.IRole;
  /** The same, for the grants of other constructs. */
  readonly grantPrincipal: iam.IPrincipal;
  readonly #jwt: McpAgentRuntimeJwt | undefined;

  /** @throws Error for a name that AgentCore does not take, a discovery URL that is none, or tokens that anybody has */
  constructor(scope: Construct, id: string, props: McpAgentRuntimeProps) {
    super(scope, id);
    const { entry, jwt, environment } = props;
    const runtimeName = props.runtimeName ?? Names.uniqueResourceName(this, { maxLength: 48, separator: '_' });
    if (!/^[a-zA-Z]\w{0,47}$/.test(runtimeName)) {
      throw new Error(`${this.node.path}: runtimeName takes letters, digits and _, 48 at most: not ${runtimeName}.`);
    }
    if (jwt) this.#assertNarrow(jwt);
    this.#jwt = jwt;
    const stack = Stack.of(this);
    const code = new Asset(
      this,
      'Code',
      httpCode(entry, 'node22', { host: '0.0.0.0', port: 8000, allowUnauthenticated: true }),
    );
    this.role = props.role ?? executionRole(this, runtimeName);
    this.grantPrincipal = this.role;
    const mayRead = new iam.PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [code.bucket.arnForObjects(code.s3ObjectKey)],
    });
    const { policyDependable } = this.role.addToPrincipalPolicy(mayRead);
    const runtime = new CfnRuntime(this, 'Runtime', {
      agentRuntimeName: runtimeName,
      roleArn: this.role.roleArn,
      agentRuntimeArtifact: {
        codeConfiguration: {
          code: { s3: { bucket: code.s3BucketName, prefix: code.s3ObjectKey } },
          runtime: 'NODE_22',
          entryPoint: [START_FILE],
        },
      },
      networkConfiguration: { networkMode: 'PUBLIC' },
      protocolConfiguration: 'MCP',
      ...(environment && { environmentVariables: { ...environment } }),
      ...(jwt && {
        authorizerConfiguration: {
          customJwtAuthorizer: {
            discoveryUrl: jwt.discoveryUrl,
            ...(jwt.allowedClients && { allowedClients: [...jwt.allowedClients] }),
            ...(jwt.allowedAudience && { allowedAudience: [...jwt.allowedAudience] }),
            ...(jwt.allowedScopes && { allowedScopes: [...jwt.allowedScopes] }),
          },
        },
        requestHeaderConfiguration: { requestHeaderAllowlist: ['Authorization'] },
      }),
    });
    if (policyDependable) runtime.node.addDependency(policyDependable);
    this.runtimeArn = stack.formatArn({
      service: 'bedrock-agentcore',
      resource: 'runtime',
      resourceName: runtime.attrAgentRuntimeId,
    });
    this.url = Fn.join('', [
      `https://bedrock-agentcore.${stack.region}.${stack.urlSuffix}/runtimes/`,
      // As encodeURIComponent() writes it: CloudFormation has no function for that.
      `arn%3A${stack.partition}%3Abedrock-agentcore%3A${stack.region}%3A${stack.account}%3Aruntime%2F`,
      runtime.attrAgentRuntimeId,
      '/invocations?qualifier=DEFAULT',
    ]);
    new CfnOutput(this, 'Arn', { value: this.runtimeArn, description: 'Agent runtime: target of awsFetch' });
    new CfnOutput(this, 'Url', { value: this.url, description: `MCP endpoint: ${jwt ? 'OAuth' : 'AWS_IAM'}` });
  }

  /** Lets a role or user of this app call: `bedrock-agentcore:InvokeAgentRuntime`, on the runtime and its endpoints. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    if (this.#jwt)
      throw new Error(`${this.node.path}: its callers have tokens: a runtime with jwt takes no signatures.`);
    return grantOneAction(this, grantee, INVOKE_AGENT_RUNTIME, [this.runtimeArn, `${this.runtimeArn}/*`]);
  }

  #assertNarrow({ discoveryUrl, allowedClients = [], allowedAudience = [], allowedScopes = [] }: McpAgentRuntimeJwt) {
    if (!discoveryUrl.endsWith('/.well-known/openid-configuration')) {
      throw new Error(`${this.node.path}: discoveryUrl ends in /.well-known/openid-configuration.`);
    }
    if ([...allowedClients, ...allowedAudience, ...allowedScopes].length > 0) return;
    throw new Error(`${this.node.path}: name allowedClients, allowedAudience or allowedScopes.`);
  }
}

/** What AWS documents for a runtime, without the tokens of workload identities and the registry of images. */
function executionRole(scope: Construct, runtimeName: string): iam.Role {
  const stack = Stack.of(scope);
  const arn = (resource: string) => `arn:${stack.partition}:logs:${stack.region}:${stack.account}:${resource}`;
  const group = 'log-group:/aws/bedrock-agentcore/runtimes/*';
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'bedrock-agentcore',
            resource: 'runtime',
            resourceName: `${runtimeName}*`,
          }),
        },
      },
    }),
  });
  const allow = (actions: string[], resources: string[], conditions?: Record<string, object>) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  allow(['logs:CreateLogGroup', 'logs:DescribeLogStreams'], [arn(group)]);
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arn(`${group}:log-stream:*`)]);
  allow(['logs:DescribeLogGroups'], [arn('log-group:*')]);
  allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']);
  allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'bedrock-agentcore' } });
  return role;
}
