import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { McpFunction } from '../mcp-function.ts';
import type { McpRestApi } from '../mcp-rest-api.ts';
import type { McpService } from '../service/mcp-service.ts';

/** Options of `McpEdge`. */
export interface McpEdgeProps {
  /**
   * What stands behind: a service with all that stand beside it, a REST API, or a function with `auth`. Each must check its
   * callers by what they send: a signature is for one host, and the edge has another.
   */
  readonly server: McpService | McpRestApi | McpFunction;

  /**
   * By which clients call. Point its DNS record at `distribution`.
   *
   * @default - the distribution's own, `….cloudfront.net`
   */
  readonly domainName?: string;

  /** For `domainName`; of us-east-1, wherever the stack is. */
  readonly certificate?: ICertificate;

  /**
   * Most requests of one address in 5 minutes, 10 at least; further ones are answered 429.
   *
   * @default 2000
   */
  readonly rateLimit?: number;

  /**
   * Whether AWS's rules for common attacks, known bad input and addresses of bad repute are in force. Those that read
   * bodies only count: what a tool is given may look like anything.
   *
   * @default true
   */
  readonly managedRules?: boolean;

  /**
   * ARN of a web ACL of your own, of scope CLOUDFRONT in us-east-1, in place of `rateLimit` and `managedRules`.
   *
   * @default - a new one; where the stack is elsewhere, in a stack of its own in us-east-1
   */
  readonly webAclArn?: string;

  /**
   * With a service: id of the prefix list `com.amazonaws.global.cloudfront.origin-facing` in the stack's region.
   *
   * @default - looked up, for which the stack needs an account and a region
   */
  readonly prefixListId?: string;

  /**
   * For access logs; needs ACLs.
   *
   * @default - none
   */
  readonly logBucket?: IBucket;
}
