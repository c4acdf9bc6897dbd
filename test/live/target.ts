/** What a caller signs with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The callers.
 *
 * - `url`, `invoke`: granted that way in
 * - `onlyUrlAction`, `onlyInvokeAction`: one of the two statements that a URL needs
 * - `bareInvoke`: `lambda:InvokeFunction` on the function's ARN without qualifier
 * - `stringEquals`: the URL's statements, but `StringEquals` in place of `Bool`
 * - `boolFalse`: `lambda:InvokeFunction` with `Bool` `lambda:InvokedViaFunctionUrl` `false`
 * - `nobody`: no statement at all
 */
export const ROLE_NAMES = [
  'url',
  'invoke',
  'onlyUrlAction',
  'onlyInvokeAction',
  'bareInvoke',
  'stringEquals',
  'boolFalse',
  'nobody',
] as const;

export type RoleName = (typeof ROLE_NAMES)[number];

export interface LiveFunction {
  readonly url: string;
  readonly arn: string;
  /** Endpoint of the Lambda API; undefined: AWS's own. */
  readonly endpoint: string | undefined;
  as(role: RoleName): Promise<Credentials>;
  /** Whoever runs the suite: may manage the function. */
  admin(): Promise<Credentials>;
}

/** A function whose callers sign in at a user pool. */
export interface SignedInFunction {
  readonly url: string;
  readonly issuer: string;
  /** Origin of the pool's endpoints. */
  readonly domain: string;
  readonly people: { readonly clientId: string };
  /** The client for machines. */
  machine(): Promise<{ readonly clientId: string; readonly clientSecret: string }>;
}

/** As much of a CloudTrail record as the checks look at. */
export interface TrailRecord {
  readonly eventName: string;
  readonly requestID: string;
  readonly errorCode?: string;
  readonly userIdentity?: { readonly invokedBy?: string };
  readonly requestParameters?: { readonly functionName?: string } | null;
}

/** Where the suite runs: a deployed stack, or the local Lambda. */
export interface Target {
  readonly where: 'AWS' | 'local';
  readonly region: string;
  /** Runs `probe.ts`. */
  readonly probe: LiveFunction;
  /** Turns every call away. */
  readonly throttled: LiveFunction;
  /** Runs `../fixtures/servers/signed-in.ts`. */
  readonly signedIn: SignedInFunction;
  /** A REST API in front of the probe, which `url` may call. */
  readonly apiUrl: string;
  /** The line of its access log that names an invocation; undefined when none does. */
  accessed(invocationId: string): Promise<{ readonly userArn?: string } | undefined>;
  /** The trail's records of these requests; waits for those that are not there yet. */
  records(requestIds: readonly string[]): Promise<readonly TrailRecord[]>;
  /** Whether the probe's log comes to hold a text. */
  logs(text: string): Promise<boolean>;
  /** Whether CloudWatch Logs takes a Logs Insights query over function and trail; AWS only. */
  accepts(query: string): Promise<string>;
  close(): Promise<void>;
}

/** One assumption, as `docs/verified.md` lists it. */
export type Check = AskedCheck | UnaskedCheck;

interface Assumption {
  readonly what: string;
  readonly sure: 'doc' | 'report' | 'open';
}

export interface AskedCheck extends Assumption {
  /** Compared with what `see` gives. */
  readonly expected: unknown;
  /** Why the local Lambda cannot answer it. */
  readonly awsOnly?: string;
  see(target: Target): Promise<unknown>;
}

/** One that this suite does not ask, anywhere. */
export interface UnaskedCheck extends Assumption {
  /** Why. */
  readonly unasked: string;
}

/** Why a check is not asked in a place; undefined: it is. */
export function whyUnasked(check: Check, where: Target['where']): string | undefined {
  if ('unasked' in check) return check.unasked;
  return where === 'local' ? check.awsOnly : undefined;
}
