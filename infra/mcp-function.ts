import { CfnOutput } from 'aws-cdk-lib';
import type * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type AddToGatewayOptions, addToGateway } from './gateway/add-to-gateway.ts';
import type { ServerFile } from './gateway/list-tools.ts';
import { type GrantInvokeOptions, grantInvoke } from './grant-invoke.ts';
import type { McpAuth } from './mcp-auth.ts';
import type { McpFunctionProps } from './mcp-function-props.ts';
import { serverFunction } from './server-function.ts';
import { withStdioEntry } from './stdio-entry.ts';

/**
 * An MCP server on Lambda, behind a function URL that streams and that admits callers by IAM alone, unless `auth` says otherwise.
 *
 * ```ts
 * const tools = new McpFunction(this, 'Tools', { entry: 'server.ts' });
 * tools.grantInvoke(agentRole);
 * table.grantReadData(tools);
 * ```
 *
 * Outputs the URL, the ARN that callers name and the function's name.
 */
export class McpFunction extends Construct implements iam.IGrantable {
  /** The function itself. */
  readonly function: NodejsFunction;
  /** The alias that carries the URL, when there is provisioned concurrency. */
  readonly alias: lambda.Alias | undefined;
  /** The URL as CDK's construct, for example as a CloudFront origin. */
  readonly functionUrl: lambda.FunctionUrl;
  /** `https://….lambda-url.REGION.on.aws/` */
  readonly url: string;
  /** What the function may do. */
  readonly role: iam.IRole;
  /** Who checks callers in place of IAM; undefined: IAM does. */
  readonly auth: McpAuth | undefined;
  /** Where the function's log line goes. */
  readonly logGroup: logs.ILogGroup;
  private readonly serverFile: ServerFile;

  /**
   * @throws Error when more environments are provisioned than reserved, the runtime is older than `nodejs22.x`, there is no
   * server to pack, or it cannot be bundled: then with file, line and column
   */
  constructor(scope: Construct, id: string, given: McpFunctionProps) {
    super(scope, id);
    const props = withStdioEntry(given, this.node.path);
    const { auth, provisionedConcurrentExecutions: provisioned, ...functionProps } = props;
    const reserved = props.reservedConcurrentExecutions;
    if (provisioned !== undefined && reserved !== undefined && provisioned > reserved) {
      throw new Error(
        `${this.node.path}: provisionedConcurrentExecutions (${provisioned}) exceeds reservedConcurrentExecutions ` +
          `(${reserved}), which Lambda refuses. Reserve at least ${provisioned}.`,
      );
    }

    this.auth = auth;
    const made = serverFunction(this, functionProps, auth?.environment);
    this.function = made.function;
    this.role = made.role;
    this.logGroup = made.logGroup;
    this.serverFile = made.serverFile;

    this.alias =
      provisioned === undefined
        ? undefined
        : this.function.addAlias('live', { provisionedConcurrentExecutions: provisioned });
    this.functionUrl = this.target.addFunctionUrl({
      authType: auth ? lambda.FunctionUrlAuthType.NONE : lambda.FunctionUrlAuthType.AWS_IAM,
      invokeMode: lambda.InvokeMode.RESPONSE_STREAM,
    });
    this.url = this.functionUrl.url;

    new CfnOutput(this, 'Url', {
      value: this.url,
      description: auth ? 'MCP endpoint: OAuth' : 'MCP endpoint: AWS_IAM, SigV4 for service lambda',
    });
    new CfnOutput(this, 'Arn', { value: this.target.functionArn, description: 'What callers are granted and invoke' });
    new CfnOutput(this, 'Name', { value: this.function.functionName, description: 'Function name' });
  }

  /** What callers call: the alias where there is one, else the function. */
  get target(): lambda.Alias | lambda.Function {
    return this.alias ?? this.function;
  }

  /** Rights granted to the construct go to the function's role. */
  get grantPrincipal(): iam.IPrincipal {
    return this.function.grantPrincipal;
  }

  /**
   * Lets a principal call the server.
   *
   * - a role or user of this app gets an identity policy
   * - anybody else, such as an `ArnPrincipal`, `AccountPrincipal` or `OrganizationPrincipal`, gets in by the function's
   *   resource policy. In this account that is enough; a caller in another account also needs `callerStatements` in
   *   its own policy
   *
   * Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
   *
   * @throws Error when the principal is everybody, or callers sign in by OAuth.
   */
  grantInvoke(grantee: iam.IGrantable, options?: GrantInvokeOptions): iam.Grant {
    if (this.auth) {
      throw new Error(
        `${this.node.path}: its callers sign in by OAuth, so that IAM lets everybody reach it. For callers with IAM ` +
          'identities make a second McpFunction of the same entry, without auth.',
      );
    }
    return grantInvoke(this.target, grantee, options);
  }
  /**
   * Makes the server a target of an AgentCore gateway, which calls its URL, signed by the gateway's role, and is granted
   * that. Its tools are called `NAME___TOOL` there. The gateway then streams, if it is of this app.
   *
   * When the app is synthesized the server is asked for its tools, in a process without AWS credentials.
   *
   * @throws Error when callers sign in by OAuth, or a schema of a tool has what a gateway refuses
   */
  addToGateway(gateway: agentcore.IGateway, options: AddToGatewayOptions): agentcore.GatewayTarget {
    const grant = this.grantInvoke({ grantPrincipal: gateway.role });
    return addToGateway(this, { gateway, grant, url: this.url, serverFile: this.serverFile, ...options });
  }
}
