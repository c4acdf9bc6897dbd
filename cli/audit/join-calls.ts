import { readArn } from '../../wire/aws/arn.ts';
import { type FunctionName, readFunctionName } from '../../wire/aws/function-name.ts';
import { type AuditCall, CALL_COLUMNS, type Evidence, UNPROVEN } from './audit-call.ts';
import type { BelievedLog } from './believe-log.ts';
import type { ByRequest } from './by-request.ts';
import { type FoldedCaller, foldCaller } from './fold-caller.ts';
import type { LineEntry, ReportEntry } from './log-entry.ts';
import { packRows } from './packed-rows.ts';
import type { TrailEvent } from './trail-event.ts';

/** Calls of one function, or of all that were read. */
export interface Joined {
  /** The earliest first. */
  readonly calls: AuditCall[];
  /** Requests that both sides know. */
  readonly matched: number;
  /** Lines of other functions, left out. */
  readonly otherLines: number;
  /** Records of other functions, left out. */
  readonly otherRecords: number;
  /** `REGION in ACCOUNT` of each function of the name asked for whose records are among the calls. */
  readonly places: readonly string[];
}

/** The function that is asked about; what is undefined may be any. */
export type AuditedFunction = Pick<FunctionName, 'name' | 'region' | 'accountId'>;

/** CloudTrail delivers within about five minutes, on average; milliseconds. */
const DELIVERY_TIME = 15 * 60_000;
/** How far clocks may lie apart, and the longest that a function runs with its initialisation; milliseconds. */
const CLOCKS = 5000;
const LONGEST_RUN = 15 * 60_000 + 10_000;

/**
 * Joins what AWS recorded with what the function logged, by request id. Who called, whether and when is the record's; a
 * line adds which tool and how it went, and only to a call that AWS let through. Nothing is dropped: what stands on one
 * side only becomes a call of its own, and so does a line that cannot be so.
 *
 * @param asked undefined for all functions
 * @param now milliseconds since 1970
 */
export function joinCalls(
  trail: ByRequest<TrailEvent>,
  log: BelievedLog,
  asked: AuditedFunction | undefined,
  now: number,
): Joined {
  const fold = createFold();
  const rows = packRows<AuditCall>(CALL_COLUMNS);
  const take = (call: AuditCall) => void rows.push(call);
  let matched = 0;
  let otherLines = 0;
  let otherRecords = 0;
  const name = asked?.name;
  const places = new Set<string>();
  const isOurs = (event: TrailEvent) => asked === undefined || isFunction(event, asked);

  function disbelieve(line: LineEntry, why: string): void {
    const event = trail.get(line.requestId);
    const foreign = name !== undefined && line.functionName !== name && !(event && isOurs(event));
    if (foreign) otherLines += 1;
    else take(fromDisbelieved(line, why));
  }

  for (const { line, why } of log.disbelieved) disbelieve(line, why);
  for (const requestId of log.lines.requestIds()) {
    const event = trail.get(requestId);
    const lines = log.lines.all(requestId);
    if (!event) {
      if (name !== undefined && lines.every((line) => line.functionName !== name)) otherLines += lines.length;
      else if (lines.length > 1) for (const line of lines) disbelieve(line, MANY);
      else for (const line of lines) take(fromLine(line, log.reports.get(requestId), now));
    } else if (!isOurs(event)) {
      for (const line of lines) {
        // Of a function of the same name elsewhere the line may well be.
        const isOfOther = functionOf(event).name === name || line.functionName !== name;
        if (!isOfOther) disbelieve(line, `AWS records this request as one of ${event.functionArn}`);
        else otherLines += 1;
      }
    }
  }

  for (const requestId of trail.requestIds()) {
    const event = trail.get(requestId);
    if (!event) continue;
    if (!isOurs(event)) {
      otherRecords += 1;
      continue;
    }
    const { region, accountId } = functionOf(event);
    if (region !== undefined) places.add(`${region} in ${accountId}`);
    const report = log.reports.get(requestId);
    const lines = log.lines.all(requestId);
    const possible = lines.filter((line) => {
      const why = impossible(line, event, report);
      if (why !== undefined) take(fromDisbelieved(line, why));
      return why === undefined;
    });
    if (lines.length > 0 || report) matched += 1;
    const [line, second] = possible;
    if (line && !second) take(fromBoth(line, event, report, fold));
    else take(fromEvent(event, report, possible, fold));
  }

  for (const requestId of log.reports.requestIds()) {
    const report = log.reports.get(requestId);
    if (report && !log.lines.has(requestId) && !trail.has(requestId)) take(fromReport(report, now));
  }
  const calls: AuditCall[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    const call = rows.view(row);
    const role = fold.renamed(call);
    if (role !== undefined) rows.set(row, 'role', role);
    calls.push(call);
  }
  calls.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  return { calls, matched, otherLines, otherRecords, places: asked ? [...places] : [] };
}

const MANY = 'the log holds several lines for this request';

/** Why a line cannot be of the call that AWS recorded. */
function impossible(line: LineEntry, event: TrailEvent, report: ReportEntry | undefined): string | undefined {
  if (event.errorCode !== undefined) return `AWS did not let this call through (${event.errorCode})`;
  const owner = functionOf(event).name;
  if (line.functionName !== undefined && owner !== '' && line.functionName !== owner) {
    return `AWS records this request as one of ${owner}, and the line says ${line.functionName}`;
  }
  if (line.time === undefined) return undefined;
  const longest = report?.duration === undefined ? LONGEST_RUN : report.duration + 10_000;
  if (line.time < event.time - CLOCKS || line.time > event.time + longest + CLOCKS) {
    return 'its time lies outside the call that AWS recorded';
  }
  return undefined;
}

const functions = new Map<string, Partial<FunctionName> & { readonly name: string }>();
/** The function that a record is of; of one that names none, the text stands for it. */
function functionOf({ functionArn }: TrailEvent): Partial<FunctionName> & { readonly name: string } {
  const known = functions.get(functionArn) ?? readFunctionName(functionArn) ?? { name: functionArn };
  functions.set(functionArn, known);
  return known;
}

/** A record may name its function without region and account: then it may be the one. */
function isFunction(event: TrailEvent, asked: AuditedFunction): boolean {
  const { name, region = asked.region, accountId = asked.accountId } = functionOf(event);
  const isThere = (asked.region ?? region) === region && (asked.accountId ?? accountId) === accountId;
  return name === asked.name && isThere;
}

interface Fold {
  of(caller: string): FoldedCaller;
  /** Learns which role of another account an id stands for, from a call of which a line tells. */
  learn(event: TrailEvent, caller: string): void;
  /** The role of a caller known by its id alone, once it was learned. */
  renamed(call: AuditCall): string | undefined;
}

function createFold(): Fold {
  const folded = new Map<string, FoldedCaller>();
  const roles = new Map<string, string>();
  const of = (caller: string) => {
    const known = folded.get(caller) ?? foldCaller(caller);
    folded.set(caller, known);
    return known;
  };
  return {
    of,
    learn: (event, caller) => {
      const key = of(event.caller).role;
      const { role } = of(caller);
      // Two roles for one id: neither is known.
      roles.set(key, roles.has(key) && roles.get(key) !== role ? key : role);
    },
    renamed: ({ role }) => {
      const learned = roles.get(role);
      return learned === role ? undefined : learned;
    },
  };
}

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

function fromBoth(line: LineEntry, event: TrailEvent, report: ReportEntry | undefined, fold: Fold): AuditCall {
  const notes = disagreements(line, event);
  // CloudTrail tells no ARN of another account's caller; the function does, by its URL.
  const told = !event.named && line.caller !== undefined && readArn(line.caller)?.accountId === event.accountId;
  const caller = told ? (line.caller as string) : event.caller;
  if (told) fold.learn(event, caller);
  const { method, tool, outcome, status, bytesIn, bytesOut, traceId, spanId, endUser, duration } = line;
  return {
    ...ofEvent(event),
    caller,
    ...fold.of(caller),
    ...{
      evidence: 'trail and log',
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
    claim: undefined,
    note: notes.length > 0 ? notes.join('; ') : undefined,
    callerSource: told ? 'line' : 'trail',
    outcomeSource: 'line',
  };
}

function disagreements({ caller, endUserIgnored }: LineEntry, event: TrailEvent): string[] {
  const notes = endUserIgnored ? ['it named an end user, and is no delegate'] : [];
  if (caller === undefined) return event.via === 'url' ? [...notes, 'the function did not know its caller'] : notes;
  const same = event.named ? caller === event.caller : readArn(caller)?.accountId === event.accountId;
  if (!same) return [...notes, `THE FUNCTION TOOK ITS CALLER FOR ${caller}`];
  return event.via === 'invoke'
    ? [...notes, 'the function believed a caller whom the Invoke API does not prove']
    : notes;
}

function ofEvent({ time, requestId, via, accountId, sourceIp, userAgent }: TrailEvent) {
  return { time, requestId, via, accountId, sourceIp, userAgent };
}

/** @param lines that contradict each other; none, when there is none that could be */
function fromEvent(
  event: TrailEvent,
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
    evidence: lines.length > 0 ? 'conflict' : refused ? 'refused by AWS' : 'trail only',
    outcome: refused ? refusalOf(errorCode) : (failure?.outcome ?? 'unknown'),
    error: refused ? (errorMessage ?? errorCode) : failure?.reason,
    duration: report?.duration,
    ...costsOf(report),
    note: lines.length > 0 ? `${MANY} (${said.join(', ')})` : silent,
    callerSource: 'trail',
    outcomeSource: refused ? 'trail' : failure && 'report',
  };
}

function refusalOf(errorCode: string): AuditCall['outcome'] {
  if (/Throttl|TooManyRequests/.test(errorCode)) return 'throttled';
  return /AccessDenied|Unauthorized|Forbidden|NotAuthorized/i.test(errorCode) ? 'refused' : 'error';
}

function fromLine(line: LineEntry, report: ReportEntry | undefined, now: number): AuditCall {
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

function fromDisbelieved(line: LineEntry, why: string): AuditCall {
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

function fromReport(report: ReportEntry, now: number): AuditCall {
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
