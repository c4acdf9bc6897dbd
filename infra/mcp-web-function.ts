import { CfnOutput, Duration, Names, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { INVOKE_WEB_FUNCTION_ENDPOINT } from '../wire/aws/endpoint-actions.ts';
import { grantOneAction } from './grant-one-action.ts';
import { httpCode, START_FILE } from './http-code.ts';
import type { McpAuth } from './mcp-auth.ts';

/** How {@link McpWebFunction} is made. */
export interface McpWebFunctionProps {
  /** The server's file, which exports `handler`, made by `createLambdaHandler`. */
  readonly entry: string;
  /**
   * Its name in Lambda.
   *
   * @default - made from the construct's path
   */
  readonly webFunctionName?: string;
  /**
   * Who checks callers in place of IAM: `McpAuth.userPool(pool, { serverUrl })`. The endpoint is then public, and the
   * server's own option `auth` refuses who has no token; without that option it does not start. `serverUrl` is needed: a
   * domain of yours, or the output `Url` of a first deployment under IAM.
   *
   * @default - IAM
   */
  readonly auth?: McpAuth;
  /**
   * For the whole of an answer, its stream included: 3 to 900 seconds.
   *
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;
  /**
   * Calls at once in one process, 1 to 128.
   *
   * @default - that of Lambda, 64
   */
  readonly maxConcurrencyPerEnvironment?: number;
  /** Requests a second; 0 turns all away. @default - the account's quota */
  readonly rateLimit?: number;
  /**
   * Variables that the server sees.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * How long its log group keeps what is written.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * What the server may do.
   *
   * @default - a role that may write to its own log group
   */
  readonly role?: iam.IRole;
}

/**
 * An MCP server as a Lambda Web Function: one process serves many calls at once, and a caller that leaves ends its call.
 *
 * ```ts
 * const tools = new McpWebFunction(this, 'Tools', { entry: 'server.ts' });
 * tools.grantInvoke(agentRole);
 * ```
 *
 * **The server is not told which IAM identity called.** `caller` is undefined, so there are no tools for some callers only,
 * and the log says `unverified`. Where that matters, take `McpFunction`. Outputs the URL and the endpoint's ARN.
 *
 * Source: AWS Lambda Developer Guide, "Lambda Web Functions". Needs the `WebFunction` of aws-cdk-lib 2.276 or later.
 */
export class McpWebFunction extends Construct implements iam.IGrantable {
  /** `https://ID.….lambda-web.REGION.on.aws/mcp` */
  readonly url: string;
  /** What callers are granted. */
  readonly endpointArn: string;
  /** What the server runs as. */
  readonly role: iam.IRole;
  /** The same, for the grants of other constructs. */
  readonly grantPrincipal: iam.IPrincipal;
  /** Of what the server writes. */
  readonly logGroup: logs.ILogGroup;
  readonly #auth: McpAuth | undefined;

  /** @throws Error for `auth` without `serverUrl`, or an aws-cdk-lib that knows no Web Functions */
  constructor(scope: Construct, id: string, props: McpWebFunctionProps) {
    super(scope, id);
    const { auth, entry, timeout = Duration.seconds(60), maxConcurrencyPerEnvironment, rateLimit } = props;
    if (!('WebFunction' in lambda)) {
      throw new Error(`${this.node.path}: this aws-cdk-lib knows no Web Functions. Install 2.276.0 or later.`);
    }
    const environment = { ...auth?.environment, ...props.environment };
    if (auth && !environment.MCP_SERVER_URL) {
      throw new Error(
        `${this.node.path}: auth needs serverUrl, McpAuth.userPool(pool, { serverUrl }): tokens are for one URL, and a Web ` +
          'Function is not told its own. Give a domain of yours, or deploy once without auth and take the output Url.',
      );
    }
    this.#auth = auth;
    const webFunctionName = props.webFunctionName ?? Names.uniqueResourceName(this, { maxLength: 40 });
    const { logRetention: retention = logs.RetentionDays.THREE_MONTHS } = props;
    this.logGroup = new logs.LogGroup(this, 'LogGroup', { retention });
    this.role =
      props.role ?? new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.grantPrincipal = this.role;
    this.logGroup.grantWrite(this.role);
    const code = httpCode(entry, 'node24', auth ? {} : { allowUnauthenticated: true });
    const { IAM_AUTH, APPLICATION_MANAGED } = lambda.WebFunctionAuthType;
    const server = new lambda.WebFunction(this, 'Server', {
      webFunctionName,
      code: lambda.WebFunctionCode.fromAssetToManagedBucket(code.path, {
        assetHashType: code.assetHashType,
        bundling: code.bundling,
      }),
      runtime: lambda.WebFunctionRuntime.NODEJS_24_X,
      entryPoint: START_FILE,
      role: this.role,
      logGroup: this.logGroup,
      timeout,
      environment,
      ...(maxConcurrencyPerEnvironment !== undefined && { maxConcurrencyPerEnvironment }),
      defaultEndpointAuth: auth ? APPLICATION_MANAGED : IAM_AUTH,
      defaultEndpoint: { endpointName: 'prod', ...(rateLimit !== undefined && { rateLimit }) },
    });
    this.url = `https://${server.endpoint.domainName}/mcp`;
    this.endpointArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'web-function',
      resourceName: `${webFunctionName}/endpoint/prod`,
    });
    new CfnOutput(this, 'Url', { value: this.url, description: `MCP endpoint: ${auth ? 'OAuth' : 'AWS_IAM'}` });
    new CfnOutput(this, 'EndpointArn', { value: this.endpointArn, description: 'What callers are granted' });
  }

  /**
   * Lets a role or user of this app call: `lambda:InvokeWebFunctionEndpoint`, and nothing else is needed.
   *
   * @throws Error when callers sign in by OAuth, or have no policy in this app
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    if (this.#auth)
      throw new Error(`${this.node.path}: its callers sign in by OAuth, and IAM lets everybody reach it.`);
    return grantOneAction(this, grantee, INVOKE_WEB_FUNCTION_ENDPOINT, [this.endpointArn]);
  }
}
