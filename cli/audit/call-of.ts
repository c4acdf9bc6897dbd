import { readArn } from '../../wire/aws/arn.ts';
import type { AccessEntry } from './access-entry.ts';
import { type AuditCall, type Evidence, UNPROVEN } from './audit-call.ts';
import type { Fold } from './fold-calls.ts';
import type { Front } from './front.ts';
import type { LineEntry, ReportEntry } from './log-entry.ts';

/*
 * One call, from whichever sides tell of it: both, CloudTrail's record, the function's line, or Lambda's report alone.
 */

/** CloudTrail delivers within about five minutes, on average; milliseconds. */
const DELIVERY_TIME = 15 * 60_000;

export const SEVERAL_LINES = 'the log holds several lines for this request';

const NOTHING = {
  method: undefined,
  tool: undefined,
  endUser: undefined,
  tokenUser: undefined,
  tokenClient: undefined,
  error: undefined,
  status: undefined,
  bytesIn: undefined,
  bytesOut: undefined,
  traceId: undefined,
  spanId: undefined,
  sourceIp: undefined,
  userAgent: undefined,
  via: undefined,
  claim: undefined,
  accountId: undefined,
  session: undefined,
} as const;

function costsOf(report: ReportEntry | undefined): Pick<AuditCall, 'billed' | 'memory'> {
  return { billed: report?.billed, memory: report?.memory };
}

export function fromBoth(line: LineEntry, event: Front, report: ReportEntry | undefined, fold: Fold): AuditCall {
  const notes = disagreements(line, event);
  // CloudTrail tells no ARN of another account's caller; the function does, by its URL. In an event of the Invoke API
  // whoever sent it could have written anybody.
  const told = event.via === 'url' && !event.named && isOfAccount(line.caller, event.accountId);
  const caller = told ? (line.caller as string) : event.caller;
  if (told) fold.learn(event.caller, caller);
  const { method, tool, outcome, status, bytesIn, bytesOut, traceId, spanId, duration } = line;
  const proven = told || line.caller === event.caller;
  // Whom a delegate may name hangs on who the delegate is.
  const endUser = proven ? line.endUser : undefined;
  return {
    ...ofEvent(event),
    caller,
    ...fold.of(caller),
    ...{
      evidence: `${event.recorded} and log`,
      method,
      tool,
      outcome,
      status,
      bytesIn,
      bytesOut,
      traceId,
      spanId,
      endUser,
      duration,
    },
    ...{ tokenUser: line.tokenUser, tokenClient: line.tokenClient },
    error: line.errorCode === undefined ? undefined : String(line.errorCode),
    ...costsOf(report),
    claim: proven || line.caller === undefined ? undefined : { caller: line.caller },
    note: notes.length > 0 ? notes.join('; ') : undefined,
    callerSource: told ? 'line' : event.source,
    outcomeSource: 'line',
  };
}

function isOfAccount(caller: string | undefined, accountId: string | undefined): boolean {
  return caller !== undefined && accountId !== undefined && readArn(caller)?.accountId === accountId;
}

function disagreements({ caller, endUser, endUserIgnored }: LineEntry, event: Front): string[] {
  const notes = endUserIgnored ? ['it named an end user, and is no delegate'] : [];
  if (event.note !== undefined) notes.push(event.note);
  if (caller === undefined) return event.via === 'url' ? [...notes, 'the function did not know its caller'] : notes;
  const known = !(event.via === 'rest-api' && event.source === 'trail');
  if (!known) return [...notes, `the function took its caller for ${caller}, which CloudTrail cannot tell`];
  const byAccount = event.via === 'url' && !event.named;
  const same = byAccount ? isOfAccount(caller, event.accountId) : caller === event.caller;
  if (!same && endUser !== undefined) notes.push('the end user that it named is not believed');
  if (!same) return [...notes, `THE FUNCTION TOOK ITS CALLER FOR ${caller}`];
  return event.via === 'invoke'
    ? [...notes, 'the function believed a caller whom the Invoke API does not prove']
    : notes;
}

function ofEvent({ time, requestId, via, accountId, sourceIp, userAgent }: Front) {
  return { time, requestId, via, accountId, sourceIp, userAgent };
}

/** @param lines that contradict each other; none, when there is none that could be */
export function fromEvent(
  event: Front,
  report: ReportEntry | undefined,
  lines: readonly LineEntry[],
  fold: Fold,
): AuditCall {
  const { errorCode, errorMessage } = event;
  const refused = errorCode !== undefined;
  const failure = refused ? undefined : report?.failure;
  const said = lines.map(({ tool, method, outcome }) => `${tool ?? method ?? 'no method'}: ${outcome}`);
  const silent = report && !refused ? silence(report) : undefined;
  return {
    ...NOTHING,
    ...ofEvent(event),
    caller: event.caller,
    ...fold.of(event.caller),
    evidence: lines.length > 0 ? 'conflict' : refused ? 'refused by AWS' : `${event.recorded} only`,
    outcome: refused ? refusalOf(errorCode) : (failure?.outcome ?? 'unknown'),
    error: refused ? (errorMessage ?? errorCode) : failure?.reason,
    duration: report?.duration,
    ...costsOf(report),
    note: lines.length > 0 ? `${SEVERAL_LINES} (${said.join(', ')})` : (event.note ?? silent),
    callerSource: event.source,
    outcomeSource: refused ? 'trail' : failure && 'report',
  };
}

function refusalOf(errorCode: string): AuditCall['outcome'] {
  if (/Throttl|TooManyRequests/.test(errorCode)) return 'throttled';
  return /AccessDenied|Unauthorized|Forbidden|NotAuthorized/i.test(errorCode) ? 'refused' : 'error';
}

export function fromLine(line: LineEntry, report: ReportEntry | undefined, now: number): AuditCall {
  const { requestId, method, tool, outcome, status, duration, bytesIn, bytesOut, traceId, spanId } = line;
  const began = line.time === undefined ? undefined : line.time - (duration ?? 0);
  return {
    ...NOTHING,
    ...{ time: began, requestId, caller: UNPROVEN, role: UNPROVEN, evidence: unrecorded(began, now) },
    ...{ method, tool, outcome, status, duration, bytesIn, bytesOut, traceId, spanId },
    ...{ tokenUser: line.tokenUser, tokenClient: line.tokenClient },
    error: line.errorCode === undefined ? undefined : String(line.errorCode),
    ...costsOf(report),
    claim: line.caller === undefined ? undefined : { caller: line.caller },
    note: undefined,
    callerSource: undefined,
    outcomeSource: 'line',
  };
}

export function fromDisbelieved(line: LineEntry, why: string): AuditCall {
  const { requestId, time, tool, method, outcome, caller } = line;
  const said = [tool ?? method ?? 'no method', outcome, ...(caller === undefined ? [] : [caller])];
  return {
    ...NOTHING,
    ...{ time, requestId, caller: UNPROVEN, role: UNPROVEN, evidence: 'conflict', outcome: 'unknown' },
    ...{ duration: undefined, billed: undefined, memory: undefined },
    claim: { caller, tool: tool ?? method, outcome },
    note: `a line says ${said.join(', ')}: not believed, since ${why}`,
    callerSource: undefined,
    outcomeSource: undefined,
  };
}

/** A request that the API did not let through to the function. */
export function fromRefusal(entry: AccessEntry, fold: Fold): AuditCall {
  const { time, requestId, caller, accountId, sourceIp, status, errorType } = entry;
  return {
    ...NOTHING,
    ...{ time, requestId, accountId, sourceIp, via: 'rest-api', status },
    caller,
    ...fold.of(caller),
    evidence: 'refused by AWS',
    outcome: status === 429 ? 'throttled' : status === 401 || status === 403 ? 'refused' : 'error',
    error: errorType ?? (status === undefined ? undefined : `HTTP ${status}`),
    ...{ duration: undefined, billed: undefined, memory: undefined },
    note: undefined,
    callerSource: 'access log',
    outcomeSource: 'access log',
  };
}

/** A line of the access log that cannot be so. */
export function fromDisbelievedAccess({ requestId, time, caller }: AccessEntry, why: string): AuditCall {
  return {
    ...NOTHING,
    ...{ time, requestId, caller: UNPROVEN, role: UNPROVEN, evidence: 'conflict', outcome: 'unknown' },
    ...{ duration: undefined, billed: undefined, memory: undefined },
    claim: { caller },
    note: `the access log says ${caller}: not believed, since ${why}`,
    callerSource: undefined,
    outcomeSource: undefined,
  };
}

export function fromReport(report: ReportEntry, now: number): AuditCall {
  const { requestId, time, duration, failure } = report;
  const began = time === undefined ? undefined : time - (duration ?? 0);
  return {
    ...NOTHING,
    ...{ time: began, requestId, caller: UNPROVEN, role: UNPROVEN, evidence: unrecorded(began, now) },
    outcome: failure?.outcome ?? 'unknown',
    error: failure?.reason,
    duration,
    ...costsOf(report),
    note: silence(report),
    callerSource: undefined,
    outcomeSource: failure && 'report',
  };
}

function silence({ duration, failure }: ReportEntry): string {
  const ran = `the function ran ${duration ?? '?'} ms and logged no message`;
  return failure?.outcome === 'crashed' ? `${ran}: ${failure.reason}` : ran;
}

function unrecorded(time: number | undefined, now: number): Evidence {
  return time !== undefined && now - time < DELIVERY_TIME ? 'log only, trail due' : 'log only';
}
