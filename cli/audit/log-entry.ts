import type { CallOutcome } from '../../wire/call-record.ts';
import { asRecord, isRecord, isString, parseJson } from '../../wire/json.ts';

/** A JSON-RPC message, as the function logged it: which tool, and how it went. */
export interface MessageEntry {
  readonly kind: 'message';
  readonly requestId: string;
  /** Milliseconds since 1970, when it was logged. */
  readonly time: number | undefined;
  readonly functionName: string | undefined;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  /** As the function saw it; undefined when AWS proved none to it. */
  readonly caller: string | undefined;
  readonly outcome: CallOutcome;
  readonly errorCode: number | undefined;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
}

/** An invocation, as Lambda logged it when it was over. */
export interface ReportEntry {
  readonly kind: 'report';
  readonly requestId: string;
  readonly time: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  /** Why it did not end well; undefined when it did, or when nobody says. */
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly outcome: 'crashed' | 'timeout';
  /** As Lambda says it, such as `Runtime.ExitError`. */
  readonly reason: string;
}

export type LogEntry = MessageEntry | ReportEntry;

/** Every outcome there is: one that is missing does not compile. */
const OUTCOMES: Readonly<Record<CallOutcome, true>> = {
  ok: true,
  tool_error: true,
  input_required: true,
  error: true,
  unknown: true,
  timeout: true,
  rejected: true,
};

/**
 * Reads a line of a function's log, in either log format; undefined for what is neither of the two.
 *
 * @param time of the log event; milliseconds since 1970
 */
export function readLogEntry(line: string, time: number | undefined): LogEntry | undefined {
  const report = /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms/.exec(line);
  if (report) {
    const [, status] = /\bStatus: (\w+)/.exec(line) ?? [];
    const [, errorType] = /\bError Type: (\S+)/.exec(line) ?? [];
    const [, requestId = '', duration] = report;
    return { kind: 'report', requestId, duration: Number(duration), time, failure: readFailure(status, errorType) };
  }
  const start = line.indexOf('{');
  const value = start < 0 ? undefined : parseJson(line.slice(start));
  if (!isRecord(value)) return undefined;
  if (value.type === 'platform.report') return readPlatformReport(value, time);
  // A logger of the owner's may wrap the record.
  const wrapped = isString(value.message) ? parseJson(value.message) : value.message;
  return readMessage(value, time) ?? readMessage(asRecord(wrapped), time);
}

function readMessage(value: Record<string, unknown>, time: number | undefined): MessageEntry | undefined {
  const { requestId, outcome, caller } = value;
  if (typeof requestId !== 'string' || typeof outcome !== 'string' || !Object.hasOwn(OUTCOMES, outcome))
    return undefined;
  return {
    kind: 'message',
    requestId,
    time: number(asRecord(value._aws).Timestamp) ?? time,
    functionName: text(value.functionName),
    method: text(value.method),
    tool: text(value.tool),
    caller: caller === 'unverified' ? undefined : text(caller),
    outcome: outcome as CallOutcome,
    errorCode: number(value.errorCode),
    status: number(value.status),
    duration: number(value.duration),
    bytesIn: number(value.bytesIn),
    bytesOut: number(value.bytesOut),
  };
}

/** Source: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference", `platform.report`. */
function readPlatformReport(value: Record<string, unknown>, time: number | undefined): ReportEntry | undefined {
  const record = asRecord(value.record);
  const requestId = text(record.requestId);
  if (requestId === undefined) return undefined;
  return {
    kind: 'report',
    requestId,
    time: time ?? (Date.parse(text(value.time) ?? '') || undefined),
    duration: number(asRecord(record.metrics).durationMs),
    failure: readFailure(text(record.status), text(record.errorType)),
  };
}

/** `status` is `success`, `timeout`, `error` or `failure`. */
function readFailure(status: string | undefined, errorType: string | undefined): Failure | undefined {
  if (status === undefined || status === 'success') return undefined;
  return { outcome: status === 'timeout' ? 'timeout' : 'crashed', reason: errorType ?? status };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
