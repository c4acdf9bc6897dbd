import type { AccessEntry } from './access-entry.ts';
import { type AuditCall, CALL_COLUMNS } from './audit-call.ts';
import { type AuditedFunction, functionOf, isFunction } from './audited-function.ts';
import type { BelievedLog } from './believe-log.ts';
import type { ByRequest } from './by-request.ts';
import {
  fromBoth,
  fromDisbelieved,
  fromDisbelievedAccess,
  fromEvent,
  fromLine,
  fromRefusal,
  fromReport,
  SEVERAL_LINES,
} from './call-of.ts';
import { createFold } from './fold-calls.ts';
import { type Front, frontOf, frontOfAccess, impossibleAccess } from './front.ts';
import type { LineEntry, ReportEntry } from './log-entry.ts';
import { packRows } from './packed-rows.ts';
import type { TrailEvent } from './trail-event.ts';

/** Calls of one function, or of all that were read. */
export interface Joined {
  /** The earliest first. */
  readonly calls: AuditCall[];
  /** Requests that both sides know. */
  readonly matched: number;
  /** Calls that API Gateway made, and no line of its access log tells for whom. */
  readonly nameless: number;
  /** Lines of other functions, left out. */
  readonly otherLines: number;
  /** Records of other functions, left out. */
  readonly otherRecords: number;
  /** `REGION in ACCOUNT` of each function of the name asked for whose records are among the calls. */
  readonly places: readonly string[];
}

/** How far clocks may lie apart, and the longest that a function runs with its initialisation; milliseconds. */
const CLOCKS = 5000;
const LONGEST_RUN = 15 * 60_000 + 10_000;

/**
 * Joins what AWS recorded with what the function logged, by request id. Who called, whether and when is the record's; a
 * line adds which tool and how it went, and only to a call that AWS let through. Nothing is dropped: what stands on one
 * side only becomes a call of its own, and so does a line that cannot be so.
 *
 * Who called through a REST API is the access log's word, where CloudTrail's record does not contradict it.
 *
 * @param access of the REST API in front
 * @param asked undefined for all functions
 * @param now milliseconds since 1970
 */
export function joinCalls(
  trail: ByRequest<TrailEvent>,
  access: ByRequest<AccessEntry>,
  log: BelievedLog,
  asked: AuditedFunction | undefined,
  now: number,
): Joined {
  const fold = createFold();
  const rows = packRows<AuditCall>(CALL_COLUMNS);
  const take = (call: AuditCall) => void rows.push(call);
  let matched = 0;
  let nameless = 0;
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

  /** The one line of the access log that is to be believed. */
  function accessOf(requestId: string, event: TrailEvent | undefined): AccessEntry | undefined {
    const entries = access.all(requestId);
    const several = entries.length > 1 ? 'it holds several lines for this invocation' : undefined;
    const possible = entries.filter((entry) => {
      const why = several ?? (event && impossibleAccess(entry, event));
      if (why !== undefined) take(fromDisbelievedAccess(entry, why));
      return why === undefined;
    });
    return possible[0];
  }

  function takeRecorded(front: Front, owner: string): void {
    const { requestId } = front;
    const report = log.reports.get(requestId);
    const lines = log.lines.all(requestId);
    const possible = lines.filter((line) => {
      const why = impossible(line, front, owner, report);
      if (why !== undefined) take(fromDisbelieved(line, why));
      return why === undefined;
    });
    if (lines.length > 0 || report) matched += 1;
    const [line, second] = possible;
    if (line && !second) take(fromBoth(line, front, report, fold));
    else take(fromEvent(front, report, possible, fold));
  }

  for (const { line, why } of log.disbelieved) disbelieve(line, why);
  for (const requestId of log.lines.requestIds()) {
    const event = trail.get(requestId);
    const lines = log.lines.all(requestId);
    if (!event) {
      if (access.all(requestId).length === 1) continue;
      if (name !== undefined && lines.every((line) => line.functionName !== name)) otherLines += lines.length;
      else if (lines.length > 1) for (const line of lines) disbelieve(line, SEVERAL_LINES);
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
    const entry = accessOf(requestId, event);
    if (event.via === 'rest-api' && !entry) nameless += 1;
    takeRecorded(frontOf(event, entry), functionOf(event).name);
  }

  for (const requestId of access.requestIds()) {
    if (trail.has(requestId)) continue;
    const [first] = access.all(requestId);
    if (first && !first.invoked) {
      for (const entry of access.all(requestId)) take(fromRefusal(entry, fold));
      continue;
    }
    const entry = accessOf(requestId, undefined);
    const lines = log.lines.all(requestId);
    const isOthers = name !== undefined && lines.length > 0 && lines.every(({ functionName }) => functionName !== name);
    if (isOthers) otherLines += lines.length;
    else if (entry) takeRecorded(frontOfAccess(entry), name ?? '');
  }

  for (const requestId of log.reports.requestIds()) {
    const report = log.reports.get(requestId);
    const isTold = log.lines.has(requestId) || trail.has(requestId) || access.all(requestId).length === 1;
    if (report && !isTold) take(fromReport(report, now));
  }
  const calls: AuditCall[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    const call = rows.view(row);
    const role = fold.renamed(call);
    if (role !== undefined) rows.set(row, 'role', role);
    calls.push(call);
  }
  calls.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  return { calls, matched, nameless, otherLines, otherRecords, places: asked ? [...places] : [] };
}

/** Why a line cannot be of the call that AWS recorded. */
function impossible(line: LineEntry, event: Front, owner: string, report: ReportEntry | undefined): string | undefined {
  if (event.errorCode !== undefined) return `AWS did not let this call through (${event.errorCode})`;
  if (line.functionName !== undefined && owner !== '' && line.functionName !== owner) {
    return `AWS records this request as one of ${owner}, and the line says ${line.functionName}`;
  }
  if (line.time === undefined) return undefined;
  // Before the function an authorizer may have run, for a time that only the access log counts.
  const before = event.recorded === 'access log' ? 35_000 : 0;
  const longest = before + (report?.duration === undefined ? LONGEST_RUN : report.duration + 10_000);
  if (line.time < event.time - CLOCKS || line.time > event.time + longest + CLOCKS) {
    return 'its time lies outside the call that AWS recorded';
  }
  return undefined;
}
