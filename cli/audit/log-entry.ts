import type { CallOutcome } from '../../wire/call-record.ts';
import { asRecord, isRecord, parseJson } from '../../wire/json.ts';
import { LOG_NAMESPACE } from '../../wire/log-namespace.ts';

/** An event of a function's log, wherever it was read. */
export interface LogEvent {
  readonly message: string;
  /** Milliseconds since 1970; undefined where the source tells none. */
  readonly time: number | undefined;
  /** One stream is one execution environment; undefined where the source mixes them. */
  readonly stream: string | undefined;
  /** Whether the source had read the message as JSON, and wrote it anew: a field that stood there twice stands there once. */
  readonly rewritten?: boolean;
}

/** A JSON-RPC message, as the function logged it: which tool, and how it went. */
export interface LineEntry {
  readonly kind: 'line';
  readonly requestId: string;
  /** Milliseconds since 1970, when it was logged: as the line says. */
  readonly time: number | undefined;
  readonly functionName: string | undefined;
  /** Its environment's; undefined in lines of versions before 0.2. */
  readonly mark: string | undefined;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  /** As the function saw it; undefined when AWS proved none to it. */
  readonly caller: string | undefined;
  readonly endUser: string | undefined;
  /** Whom its token named, where the server asks for one. */
  readonly tokenUser: string | undefined;
  readonly tokenClient: string | undefined;
  /** Whether somebody who may not named an end user. */
  readonly endUserIgnored: boolean;
  readonly outcome: CallOutcome;
  readonly errorCode: number | undefined;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** An invocation, as Lambda logged it when it was over. */
export interface ReportEntry {
  readonly kind: 'report';
  readonly requestId: string;
  readonly time: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  /** Milliseconds. */
  readonly billed: number | undefined;
  /** MB. */
  readonly memory: number | undefined;
  /** Why it did not end well; undefined when it did, or when nobody says. */
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly outcome: 'crashed' | 'timeout';
  /** As Lambda says it, such as `Runtime.ExitError`. */
  readonly reason: string;
}

export type LogEntry =
  | LineEntry
  | ReportEntry
  | { readonly kind: 'start'; readonly requestId: string }
  /** Lambda began to initialise the environment, or says how that ended. */
  | { readonly kind: 'init' }
  /** Lambda says that an invocation broke, before its report. */
  | { readonly kind: 'broken'; readonly requestId: string }
  | { readonly kind: 'announcement'; readonly mark: string; readonly time: number | undefined };

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
 * Reads an event of a function's log, in either log format; undefined for what is neither Lambda's nor the server's.
 *
 * Both are known at the top level only: `console` wraps what a tool prints, in the text format behind a time and the
 * request id, in the JSON format as `message`, and so do a tool's own loggers.
 *
 * @param time of the log event; milliseconds since 1970
 */
export function readLogEntry(message: string, time: number | undefined): LogEntry | undefined {
  if (!message.startsWith('{')) return readPlatformText(message, time);
  const value = parseJson(message);
  if (!isRecord(value)) return undefined;
  if (typeof value.type === 'string' && value.type.startsWith('platform.')) return readPlatformJson(value, time);
  if (value.namespace === LOG_NAMESPACE && typeof value.announces === 'string') {
    return { kind: 'announcement', mark: value.announces, time };
  }
  return readLine(value);
}

/** Whether a text that is no JSON was meant to be a line of ours, and is cut. */
export function isCutLine(message: string): boolean {
  return message.startsWith('{"requestId":') && parseJson(message) === undefined;
}

function readLine(value: Record<string, unknown>): LineEntry | undefined {
  const { requestId, outcome, caller } = value;
  if (typeof requestId !== 'string' || typeof outcome !== 'string' || !Object.hasOwn(OUTCOMES, outcome))
    return undefined;
  if (!isOurs(value._aws)) return undefined;
  return {
    kind: 'line',
    requestId,
    time: number(asRecord(value._aws).Timestamp),
    functionName: text(value.functionName),
    mark: text(value.mark),
    method: text(value.method),
    tool: text(value.tool),
    caller: caller === 'unverified' ? undefined : text(caller),
    endUser: text(value.endUser),
    tokenUser: text(value.tokenUser),
    tokenClient: text(value.tokenClient),
    endUserIgnored: value.endUserIgnored === true,
    outcome: outcome as CallOutcome,
    errorCode: number(value.errorCode),
    status: number(value.status),
    duration: number(value.duration),
    bytesIn: number(value.bytesIn),
    bytesOut: number(value.bytesOut),
    traceId: text(value.traceId),
    spanId: text(value.spanId),
  };
}

/** By the namespace of its metrics; a line that embeds none holds no other's either. */
function isOurs(embedded: unknown): boolean {
  const { Timestamp, CloudWatchMetrics = [] } = asRecord(embedded);
  if (typeof Timestamp !== 'number' || !Array.isArray(CloudWatchMetrics)) return false;
  return CloudWatchMetrics.every((metrics) => asRecord(metrics).Namespace === LOG_NAMESPACE);
}

/** Source: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions". */
function readPlatformText(message: string, time: number | undefined): LogEntry | undefined {
  const [, start] = /^START RequestId: (\S+) Version:/.exec(message) ?? [];
  if (start !== undefined) return { kind: 'start', requestId: own(start) };
  if (/^INIT_(?:START|REPORT) /.test(message)) return { kind: 'init' };
  const [, broken] =
    /^RequestId: (\S+) Error: /.exec(message) ?? /^\d{4}-\S+Z (\S+) Task timed out after /.exec(message) ?? [];
  if (broken !== undefined) return { kind: 'broken', requestId: own(broken) };
  const report = /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms/.exec(message);
  if (!report) return undefined;
  const [, requestId = '', duration] = report;
  const [, status] = /\bStatus: (\w+)/.exec(message) ?? [];
  const [, errorType] = /\bError Type: (\S+)/.exec(message) ?? [];
  const [, billed] = /\bBilled Duration: ([\d.]+) ms/.exec(message) ?? [];
  const [, memory] = /\bMemory Size: (\d+) MB/.exec(message) ?? [];
  return {
    kind: 'report',
    requestId: own(requestId),
    time,
    duration: Number(duration),
    billed: billed === undefined ? undefined : Number(billed),
    memory: memory === undefined ? undefined : Number(memory),
    failure: readFailure(status, errorType && own(errorType)),
  };
}

/** Source: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference". */
function readPlatformJson(value: Record<string, unknown>, time: number | undefined): LogEntry | undefined {
  if (/^platform\.init/.test(value.type as string)) return { kind: 'init' };
  const record = asRecord(value.record);
  const requestId = text(record.requestId);
  if (requestId === undefined) return undefined;
  if (value.type === 'platform.start') return { kind: 'start', requestId };
  if (value.type !== 'platform.report') return undefined;
  const { durationMs, billedDurationMs, memorySizeMB } = asRecord(record.metrics);
  return {
    kind: 'report',
    requestId,
    time: time ?? (Date.parse(text(value.time) ?? '') || undefined),
    duration: number(durationMs),
    billed: number(billedDurationMs),
    memory: number(memorySizeMB),
    failure: readFailure(text(record.status), text(record.errorType)),
  };
}

/** `status` is `success`, `timeout`, `error` or `failure`. */
function readFailure(status: string | undefined, errorType: string | undefined): Failure | undefined {
  if (status === undefined || status === 'success') return undefined;
  return { outcome: status === 'timeout' ? 'timeout' : 'crashed', reason: errorType ?? status };
}

/** A copy: a part that a pattern found keeps the whole text in memory. */
function own(part: string): string {
  return Buffer.from(part).toString();
}

/** The longest that is kept of any text: the server writes less. */
const MAX_LENGTH = 2048;

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_LENGTH) : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
