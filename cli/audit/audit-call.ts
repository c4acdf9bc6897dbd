import type { CallOutcome } from '../../wire/call-record.ts';
import type { Columns } from './packed-rows.ts';

/**
 * What stands behind a call.
 *
 * - `trail and log`: AWS says who, the function says which tool
 * - `refused by AWS`: AWS says who; the function never ran
 * - `trail only`: AWS says who; the function logged no message
 * - `access log and log`, `access log only`: the same by the access log of the REST API in front, without a record of
 *   CloudTrail's
 * - `log only`: the function says so, and AWS has no record of it
 * - `log only, trail due`: the same, but so recent that CloudTrail may not have delivered yet
 * - `conflict`: what the log says of it cannot be so: shown, and believed in nothing
 */
export type Evidence =
  | 'trail and log'
  | 'refused by AWS'
  | 'trail only'
  | 'access log and log'
  | 'access log only'
  | 'log only'
  | 'log only, trail due'
  | 'conflict';

/** Who says it: CloudTrail's record, the REST API's access log, the function's line, or Lambda's report of the invocation. */
export type Source = 'trail' | 'access log' | 'line' | 'report';

/** What a line says that is not believed. */
export interface Claim {
  readonly caller?: string | undefined;
  readonly tool?: string | undefined;
  readonly outcome?: string | undefined;
}

/** A call of the function, from what either side tells of it. */
export interface AuditCall {
  /** Milliseconds since 1970, when it began; undefined when nobody tells. CloudTrail keeps whole seconds. */
  readonly time: number | undefined;
  readonly requestId: string;
  /**
   * An ARN where one is known; `authorizer: ID` or `user pool: ID` for whom a REST API's authorizer named; `unproven` where
   * AWS has no record of the call.
   */
  readonly caller: string;
  /** The caller without its session, but for people who signed in with AWS IAM Identity Center. */
  readonly role: string;
  readonly session: string | undefined;
  /** 12 digits. */
  readonly accountId: string | undefined;
  /** On whose behalf a delegate said that it called. */
  readonly endUser: string | undefined;
  /** The user and the OAuth client that a token named, which the function checked: its word, not AWS's. */
  readonly tokenUser?: string | undefined;
  readonly tokenClient?: string | undefined;
  readonly evidence: Evidence;
  readonly via: 'url' | 'invoke' | 'rest-api' | undefined;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  /**
   * `refused` by IAM and `throttled`, both by AWS; `crashed` and `timeout` by Lambda's report of an invocation that
   * logged nothing, and `unknown` where there is none.
   */
  readonly outcome: CallOutcome | 'refused' | 'throttled' | 'crashed';
  /** A JSON-RPC error code, or what AWS or Lambda says. */
  readonly error: string | undefined;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  /** Milliseconds that Lambda bills; undefined without its report. */
  readonly billed: number | undefined;
  /** MB that Lambda bills. */
  readonly memory: number | undefined;
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
  /** Of the trace that the caller says the call belongs to, else of X-Ray's. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  /** What a line says that nobody proves. */
  readonly claim: Claim | undefined;
  /** What does not fit together. */
  readonly note: string | undefined;
  /** Who says who called. */
  readonly callerSource: Source | undefined;
  /** Who says how it went. */
  readonly outcomeSource: Source | undefined;
}

/** How many calls are kept at once. */
export const CALL_COLUMNS: Columns<AuditCall> = {
  time: 'number',
  requestId: 'once',
  caller: 'often',
  role: 'often',
  session: 'often',
  accountId: 'often',
  endUser: 'often',
  tokenUser: 'often',
  tokenClient: 'often',
  evidence: 'often',
  via: 'often',
  method: 'often',
  tool: 'often',
  outcome: 'often',
  error: 'often',
  status: 'often',
  duration: 'number',
  billed: 'number',
  memory: 'often',
  bytesIn: 'number',
  bytesOut: 'number',
  traceId: 'once',
  spanId: 'once',
  sourceIp: 'often',
  userAgent: 'often',
  claim: 'once',
  note: 'once',
  callerSource: 'often',
  outcomeSource: 'often',
};

/** Whether AWS says who, and the function which tool. */
export function isWhole({ evidence }: Pick<AuditCall, 'evidence'>): boolean {
  return evidence.endsWith(' and log');
}

/** All fields of a call, as an object of their own. */
export function plainCall(call: AuditCall): AuditCall {
  const fields = Object.keys(CALL_COLUMNS) as (keyof AuditCall)[];
  return Object.fromEntries(fields.map((field) => [field, call[field]])) as unknown as AuditCall;
}

/** Stands for a caller whom AWS has no record of. */
export const UNPROVEN = 'unproven';

/** For whom a call was made, as somebody else than AWS says: a delegate, or a token. */
export function onBehalf({ endUser, tokenUser, tokenClient }: AuditCall): string | undefined {
  if (tokenClient === undefined) return endUser;
  return `${tokenUser ?? 'a machine'} by ${tokenClient} (says the token)`;
}

/** Who says what of a call. */
export function sourcesOf(call: AuditCall): Readonly<Record<string, Source | undefined>> {
  const byAccess = call.evidence.startsWith('access log') || call.outcomeSource === 'access log';
  const recorded = byAccess ? 'access log' : 'trail';
  const byTrail = call.evidence !== 'conflict' && !call.evidence.startsWith('log only') ? recorded : undefined;
  const said = (value: unknown, source: Source) => (value === undefined ? undefined : source);
  return {
    time:
      byTrail ??
      (call.evidence === 'conflict' ? said(call.via, 'trail') : said(call.time, call.outcomeSource ?? 'line')),
    caller: call.callerSource,
    endUser: said(call.endUser, 'line'),
    tokenUser: said(call.tokenUser, 'line'),
    tokenClient: said(call.tokenClient, 'line'),
    tool: said(call.tool ?? call.method, 'line'),
    outcome: call.outcomeSource,
    duration: said(call.duration, call.outcomeSource === 'report' ? 'report' : 'line'),
    billed: said(call.billed, 'report'),
    sourceIp: said(call.sourceIp, call.callerSource === 'access log' ? 'access log' : 'trail'),
  };
}
