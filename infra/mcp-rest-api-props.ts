import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { McpFunction } from './mcp-function.ts';

/** Options of `McpRestApi`. */
export interface McpRestApiProps {
  /** The server. Its function is told to take events of a REST API. */
  readonly server: McpFunction;

  /**
   * - `iam`: SigV4 for `execute-api`; `grantInvoke` lets a role in
   * - `lambda`: whoever `authorizer` lets in
   * - `cognito`: whoever has a token of `userPools`; needs `domain`, because a client finds where to sign in at the root of
   *   the host, where without a domain the stage stands
   */
  readonly authorization: 'iam' | 'lambda' | 'cognito';

  /** With `lambda`: CDK's `TokenAuthorizer` or `RequestAuthorizer`. */
  readonly authorizer?: apigateway.IAuthorizer;

  /** With `cognito`. */
  readonly userPools?: readonly IUserPool[];

  /**
   * With `cognito`: scopes of which an access token must have one.
   *
   * @default - none, and the method takes ID tokens
   */
  readonly scopes?: readonly string[];

  /**
   * A domain of yours, with an empty base path. Point its DNS record at `domain`.
   *
   * @default - the API's own host, with the stage in the path
   */
  readonly domain?: { readonly domainName: string; readonly certificate: ICertificate };

  /**
   * The API's name in the console.
   *
   * @default - the construct's id
   */
  readonly apiName?: string;

  /**
   * Name of the stage.
   *
   * @default 'prod'
   */
  readonly stageName?: string;

  /**
   * Throttling and quota. Callers then need an API key, `apiKey`, beside their authorization: it counts them, and proves
   * nothing.
   *
   * @default - none
   */
  readonly usagePlan?: Pick<apigateway.UsagePlanProps, 'throttle' | 'quota'>;

  /**
   * ARN of a regional web ACL of AWS WAF.
   *
   * @default - none
   */
  readonly webAclArn?: string;

  /**
   * How long the access log is kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Whether to give API Gateway the role by which it writes logs. It is one setting for the account and region: say `false`
   * where it is set already.
   *
   * @default true
   */
  readonly cloudWatchRole?: boolean;
}
