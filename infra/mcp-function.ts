import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Annotations, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { assertRuntime } from '../wire/node-floor.ts';
import { esmBundling, planBundling } from './esm-bundling.ts';
import { executionRole } from './execution-role.ts';
import { type GrantInvokeOptions, grantInvoke } from './grant-invoke.ts';
import type { McpAuth } from './mcp-auth.ts';
import type { McpFunctionProps } from './mcp-function-props.ts';
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

  /**
   * @throws Error when more environments are provisioned than reserved, the runtime is older than `nodejs22.x`, there is no
   * server to pack, or it cannot be bundled: then with file, line and column
   */
  constructor(scope: Construct, id: string, given: McpFunctionProps) {
    super(scope, id);
    const props = withStdioEntry(given, this.node.path);
    const { auth, logGroup, logRetention, provisionedConcurrentExecutions: provisioned, ...functionProps } = props;
    const reserved = props.reservedConcurrentExecutions;
    if (provisioned !== undefined && reserved !== undefined && provisioned > reserved) {
      throw new Error(
        `${this.node.path}: provisionedConcurrentExecutions (${provisioned}) exceeds reservedConcurrentExecutions ` +
          `(${reserved}), which Lambda refuses. Reserve at least ${provisioned}.`,
      );
    }

    this.auth = auth;
    assertRuntime(props.runtime?.name ?? 'nodejs24.x');
    this.logGroup =
      logGroup ?? new logs.LogGroup(this, 'LogGroup', { retention: logRetention ?? logs.RetentionDays.THREE_MONTHS });
    this.role = props.role ?? executionRole(this, props.vpc !== undefined);
    this.logGroup.grantWrite(this.role);
    const bundling = this.plan(props);
    this.function = new NodejsFunction(this, 'Function', {
      ...functionProps,
      runtime: props.runtime ?? lambda.Runtime.NODEJS_24_X,
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(60),
      tracing: props.tracing ?? lambda.Tracing.ACTIVE,
      loggingFormat: props.loggingFormat ?? lambda.LoggingFormat.JSON,
      bundling,
      environment: {
        // Node reads no source map unless it is asked to.
        ...(bundling.sourceMap && { NODE_OPTIONS: '--enable-source-maps' }),
        ...auth?.environment,
        ...props.environment,
      },
      logGroup: this.logGroup,
      role: this.role,
    });

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

  /** CDK's options for the bundle. A stack that is not deployed now is not bundled either. */
  private plan({
    entry,
    handler = 'handler',
    bundling,
  }: McpFunctionProps & { readonly entry: string }): BundlingOptions {
    // CDK says it of a file that is not there.
    if (!Stack.of(this).bundlingRequired || !existsSync(entry)) return esmBundling(bundling);
    // With a dot it is the handler's whole name, of a layer's wrapper for instance.
    const exportName = handler.includes('.') ? undefined : handler;
    const planned = planBundling(resolve(entry), exportName, bundling);
    for (const note of planned.notes) Annotations.of(this).addInfo(note);
    return planned.bundling;
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
}
