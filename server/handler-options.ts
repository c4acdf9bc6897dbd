import type { AuthInfo, RequestAuth } from './auth.ts';
import type { Caller, CallerIdentity } from './caller.ts';
import type { DelegateOptions } from './end-user.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { CallLogger } from './log-line.ts';

/** What a server may know of the request that it is made for. */
export interface McpRequestContext {
  /** The IAM principal that signed the request; undefined when AWS vouches for none, as through the Invoke API. */
  readonly caller: Caller | undefined;
  /** Whom a delegate called for, in its words; undefined where nobody is named, or by a caller who is no delegate. */
  readonly endUser: string | undefined;
  /** Who is signed in, as their token says; undefined without the option `auth`. */
  readonly authInfo?: AuthInfo | undefined;
  /**
   * What a REST API's authorizer said of the caller: a Lambda authorizer's `principalId` and context, flat, or a Cognito
   * authorizer's `claims`. Undefined elsewhere, and without `callerIdentity: 'api-gateway'`.
   */
  readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
  /** Its `signal` aborts shortly before the function's time-out. */
  readonly request: Request;
  /** Lambda's context; through `.fetch`, where the host gives none, a stand-in with an id of its own and no time limit. */
  readonly lambda: LambdaContext;
}

/** What a host knows of a request that it hands to `.fetch`. */
export interface HostInfo {
  /** Who sent the request, where the host has proven it. */
  readonly caller?: Caller | undefined;
  /** Where the host is Lambda: it tells the time that remains, and the ids that the log line holds. */
  readonly lambda?: LambdaContext | undefined;
}

/** Options of `createLambdaHandler`, of every entry. */
export interface LambdaHandlerOptions {
  /**
   * Values of the `Origin` header that are let in. Browsers send one, agents do not.
   * @default []
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Largest request body; bytes. Lambda itself takes up to 6 MB.
   * @default 6291456
   */
  readonly maxRequestBodySize?: number | undefined;
  /**
   * How the caller that an event states comes to be believed.
   * @default 'request-id'
   */
  readonly callerIdentity?: CallerIdentity | undefined;
  /**
   * Callers that may speak for their users, such as a gateway: `roles`, ARN patterns as `caller.is` takes them, and the
   * request `header` in which they name the user. That becomes `endUser`, in the context and in the log line. From
   * anybody else the header is ignored, and the line says so (`endUserIgnored`).
   * @default nobody
   */
  readonly delegates?: DelegateOptions | undefined;
  /**
   * Who may call where people and agents sign in by OAuth, in place of IAM: `cognito(…)` or `oidc(…)` of
   * `lambda-mcp/oauth`. Requests without a token that it takes are refused.
   * @default nobody is asked for a token
   */
  readonly auth?: RequestAuth | undefined;
  /**
   * How long before the function's time-out a call that still runs is aborted and answered with an error;
   * milliseconds.
   * @default 500
   */
  readonly deadlineMargin?: number | undefined;
  /**
   * How long the call of a tool may be silent before its answer becomes an event stream, in which a comment follows each
   * further silence; milliseconds. `Infinity`: never.
   * @default 15000
   */
  readonly keepAliveInterval?: number | undefined;
  /**
   * Whether `tools/list` writes the schemas of tools out, without `$ref` and `$defs`: some clients do not follow
   * references, and AgentCore Gateway takes no tools that have them. A schema that stands within itself is cut there, and
   * its description says so.
   * @default false
   */
  readonly dereference?: boolean | undefined;
  /**
   * Takes one record for each JSON-RPC message; text in it that a caller chose is cut to 128 characters.
   * @default a line of JSON on stdout, which is also CloudWatch embedded metrics
   */
  readonly logger?: CallLogger | undefined;
}
