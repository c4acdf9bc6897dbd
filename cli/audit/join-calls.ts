import { readArn } from '../../wire/aws/arn.ts';
import type { CallOutcome } from '../../wire/call-record.ts';
import type { LogEntry, MessageEntry, ReportEntry } from './log-entry.ts';
import type { TrailEvent } from './trail-event.ts';

/**
 * What stands behind a call.
 *
 * - `trail and log`: AWS says who, the function says which tool
 * - `refused by AWS`: AWS says who; the function never ran
 * - `trail only`: AWS says who; the function logged no message
 * - `log only`: the function says so, and AWS has no record of it
 * - `log only, trail due`: the same, but so recent that CloudTrail may not have delivered yet
 */
export type Evidence = 'trail and log' | 'refused by AWS' | 'trail only' | 'log only' | 'log only, trail due';

/** A call of the function, from what either side tells of it. */
export interface AuditCall {
  /** Milliseconds since 1970, when it began; undefined when neither side tells. */
  readonly time: number | undefined;
  readonly requestId: string;
  /** An ARN where one is known; `unknown` where nobody tells. */
  readonly caller: string;
  readonly evidence: Evidence;
  readonly via: 'url' | 'invoke' | undefined;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  /**
   * `refused` and `throttled` by AWS; `crashed` and `timeout` by Lambda's report of an invocation that logged nothing,
   * and `unknown` where there is none.
   */
  readonly outcome: CallOutcome | 'refused' | 'throttled' | 'crashed' | 'unknown';
  /** A JSON-RPC error code, or what AWS or Lambda says. */
  readonly error: string | undefined;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  /** What does not fit together. */
  readonly note: string | undefined;
}

/** CloudTrail delivers within about five minutes, on average; milliseconds. */
const DELIVERY_TIME = 15 * 60_000;

/**
 * Joins what AWS recorded with what the function logged, by request id. Nothing is dropped: what stands on one side
 * only becomes a call of its own.
 *
 * @param now milliseconds since 1970
 * @returns the calls, the earliest first
 */
export function joinCalls(events: readonly TrailEvent[], entries: readonly LogEntry[], now: number): AuditCall[] {
  const trail = new Map(events.map((event) => [event.requestId, event]));
  const messages = entries.filter((entry): entry is MessageEntry => entry.kind === 'message');
  const reports = new Map(
    entries.filter((entry): entry is ReportEntry => entry.kind === 'report').map((entry) => [entry.requestId, entry]),
  );
  const logged = Map.groupBy(messages, ({ requestId }) => requestId);
  const calls = messages.map((message) => {
    const doubled = (logged.get(message.requestId)?.length ?? 0) > 1;
    return fromMessage(message, trail.get(message.requestId), doubled, now);
  });
  for (const event of trail.values()) {
    if (!logged.has(event.requestId)) calls.push(fromEvent(event, reports.get(event.requestId)));
  }
  for (const report of reports.values()) {
    if (!logged.has(report.requestId) && !trail.has(report.requestId)) calls.push(fromReport(report, now));
  }
  return calls.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
}

function fromMessage(entry: MessageEntry, event: TrailEvent | undefined, doubled: boolean, now: number): AuditCall {
  const began = entry.time === undefined ? event?.time : entry.time - (entry.duration ?? 0);
  const notes = [
    ...(doubled ? ['the log holds several messages with this request id'] : []),
    ...(event ? disagreements(entry, event) : []),
  ];
  const { requestId, method, tool, outcome, status, duration, bytesIn, bytesOut } = entry;
  return {
    time: began,
    requestId,
    caller: callerOf(entry, event),
    evidence: event ? 'trail and log' : unrecorded(began, now),
    via: event?.via,
    method,
    tool,
    outcome,
    error: entry.errorCode === undefined ? undefined : String(entry.errorCode),
    status,
    duration,
    bytesIn,
    bytesOut,
    sourceIp: event?.sourceIp,
    userAgent: event?.userAgent,
    note: notes.length > 0 ? notes.join('; ') : undefined,
  };
}

/** CloudTrail tells no ARN of another account's caller; the function does, by its URL. */
function callerOf({ caller }: MessageEntry, event: TrailEvent | undefined): string {
  if (!event) return caller ?? 'unknown';
  return !event.named && caller !== undefined && readArn(caller)?.accountId === event.accountId ? caller : event.caller;
}

function disagreements({ caller }: MessageEntry, event: TrailEvent): string[] {
  if (event.errorCode !== undefined) return [`AWS says that it refused this call (${event.errorCode})`];
  if (caller === undefined) return event.via === 'url' ? ['the function did not know its caller'] : [];
  const same = event.named ? caller === event.caller : readArn(caller)?.accountId === event.accountId;
  if (!same) return [`THE FUNCTION TOOK ITS CALLER FOR ${caller}`];
  return event.via === 'invoke' ? ['the function believed a caller whom the Invoke API does not prove'] : [];
}

function fromEvent(event: TrailEvent, report: ReportEntry | undefined): AuditCall {
  const { errorCode, errorMessage } = event;
  const refused = errorCode !== undefined;
  const ran = report?.failure?.outcome ?? 'unknown';
  return {
    time: event.time,
    requestId: event.requestId,
    caller: event.caller,
    evidence: refused ? 'refused by AWS' : 'trail only',
    via: event.via,
    method: undefined,
    tool: undefined,
    outcome: refused ? (/Throttl|TooManyRequests/.test(errorCode) ? 'throttled' : 'refused') : ran,
    error: refused ? (errorMessage ?? errorCode) : report?.failure?.reason,
    status: undefined,
    duration: report?.duration,
    bytesIn: undefined,
    bytesOut: undefined,
    sourceIp: event.sourceIp,
    userAgent: event.userAgent,
    note: report && !refused ? silence(report) : undefined,
  };
}

function fromReport(report: ReportEntry, now: number): AuditCall {
  const { requestId, time, duration, failure } = report;
  const began = time === undefined ? undefined : time - (duration ?? 0);
  return {
    time: began,
    requestId,
    caller: 'unknown',
    evidence: unrecorded(began, now),
    via: undefined,
    method: undefined,
    tool: undefined,
    outcome: failure?.outcome ?? 'unknown',
    error: failure?.reason,
    status: undefined,
    duration,
    bytesIn: undefined,
    bytesOut: undefined,
    sourceIp: undefined,
    userAgent: undefined,
    note: silence(report),
  };
}

function silence({ duration, failure }: ReportEntry): string {
  const ran = `the function ran ${duration ?? '?'} ms and logged no message`;
  return failure?.outcome === 'crashed' ? `${ran}: ${failure.reason}` : ran;
}

function unrecorded(time: number | undefined, now: number): Evidence {
  return time !== undefined && now - time < DELIVERY_TIME ? 'log only, trail due' : 'log only';
}
