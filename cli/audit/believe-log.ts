import { type ByRequest, byRequest, createRequestIds } from './by-request.ts';
import { type LineEntry, type LogEvent, type ReportEntry, readLogEntry } from './log-entry.ts';
import { type Columns, packRows } from './packed-rows.ts';

/** A function's log, and what of it is to be believed. */
export interface BelievedLog {
  /** Lines whose environment wrote them within their invocation, by request id; two for one request are a conflict. */
  readonly lines: ByRequest<LineEntry>;
  readonly reports: ByRequest<ReportEntry>;
  /** Lines that are believed by nobody, and why. */
  readonly disbelieved: readonly Disbelieved[];
  /** What does not fit together beside lines, in words. */
  readonly oddities: readonly string[];
  /** The lines that were read, believed or not. */
  readonly count: number;
  /** Whether no line carries a mark: a version of the server that knows none wrote them. */
  readonly unmarked: boolean;
  /** Milliseconds since 1970; undefined when there is no line. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export interface Disbelieved {
  readonly line: LineEntry;
  readonly why: string;
}

/** What is known of one environment, or of several whose events are mixed. */
interface Environment {
  /** Announced since it was last initialised. */
  marks: Set<string>;
  /** How many more may be announced where environments are mixed: one for each that Lambda began to initialise. */
  expected: number;
  /** Whether Lambda has initialised it anew, or for the first time, since a mark was announced. */
  reset: boolean;
  /** Whether an invocation has begun since then. */
  started: boolean;
  /** Whether any beginning of an invocation was read. */
  seenStart: boolean;
  readonly open: Set<string>;
  readonly broken: Set<string>;
  hasMarkedLines: boolean;
}

/** Takes the events of a log, of each stream in the order in which they were written. */
export interface LogBelief {
  take(event: LogEvent): void;
  /** Takes what lies before the time asked: only what environments announced there. */
  takeEarlier(event: LogEvent): void;
  done(): BelievedLog;
}

/**
 * Decides which lines of a function's log to believe.
 *
 * - A line carries the mark that its environment announced before it took its first call. Callers never see it.
 * - A second announcement counts only after Lambda's own lines of a reset: an invocation that timed out or crashed, or
 *   an initialisation. Within an invocation those lines do not count.
 * - A line lies between the START and the REPORT of its request, in its own stream.
 */
export function believeLog(ids = createRequestIds()): LogBelief {
  const environments = new Map<string, Environment>();
  const lines = byRequest<LineEntry>(ids, LINE_COLUMNS);
  /** An invocation that has one is over. */
  const reports = byRequest<ReportEntry>(ids, REPORT_COLUMNS);
  const doubled = new Set<string>();
  const disbelieved: Disbelieved[] = [];
  const unmarkedLines = packRows<LineEntry>({ requestId: 'once', ...LINE_COLUMNS });
  const oddities: string[] = [];
  let count = 0;
  let firstMarked = Number.POSITIVE_INFINITY;
  let first: number | undefined;
  let last: number | undefined;
  let sawInit = false;
  /** Announcements that came when none was due; without any INIT_START in the log nobody can tell which are due. */
  const undue: { mark: string; mixed: boolean; environment: Environment }[] = [];
  const pending: { line: LineEntry; environment: Environment }[] = [];

  function environmentOf(stream: string | undefined): Environment {
    const key = stream ?? '';
    let environment = environments.get(key);
    if (!environment) {
      environment = {
        ...{ marks: new Set(), expected: 0, reset: true, started: false, seenStart: false },
        ...{ open: new Set(), broken: new Set(), hasMarkedLines: false },
      };
      environments.set(key, environment);
    }
    return environment;
  }

  function announce(environment: Environment, mark: string, mixed: boolean): void {
    if (mixed) {
      // Before the first of them the log may lack its beginning.
      if (environment.expected > 0 || (!environment.started && !sawInit)) {
        environment.expected = Math.max(0, environment.expected - 1);
        environment.marks.add(mark);
      } else undue.push({ mark, mixed, environment });
    } else if (environment.reset || !environment.started) {
      if (environment.reset) environment.marks = new Set();
      environment.marks.add(mark);
      environment.reset = false;
    } else undue.push({ mark, mixed, environment });
  }

  function judge(line: LineEntry, environment: Environment): void {
    if (line.mark === undefined) {
      const hasMarks = environment.marks.size > 0 || environment.hasMarkedLines;
      const why = hasMarks ? NO_MARK : outsideOf(line, environment);
      if (why === undefined) unmarkedLines.push(line);
      else disbelieve(line, why);
      return;
    }
    environment.hasMarkedLines = true;
    const outside = outsideOf(line, environment);
    if (outside !== undefined) disbelieve(line, outside);
    else if (environment.marks.has(line.mark)) believe(line);
    else pending.push({ line, environment });
  }

  function outsideOf({ requestId }: LineEntry, { open, seenStart }: Environment): string | undefined {
    if (open.has(requestId)) return undefined;
    if (reports.has(requestId)) return 'it was written when its invocation was over, or by another environment';
    return seenStart ? 'another environment served this request, or none did' : undefined;
  }

  function believe(line: LineEntry): void {
    if (line.mark !== undefined) firstMarked = Math.min(firstMarked, line.time ?? Number.POSITIVE_INFINITY);
    lines.add(line);
  }

  function disbelieve(line: LineEntry, why: string): void {
    disbelieved.push({ line, why });
  }

  function report(entry: ReportEntry, environment: Environment): void {
    const { requestId } = entry;
    const known = environment.open.delete(requestId);
    if (reports.has(requestId)) {
      doubled.add(requestId);
      return;
    }
    if (!known && environment.seenStart) {
      oddities.push(`Lambda’s report of ${requestId} stands where that request did not run: it is not believed.`);
      return;
    }
    reports.set(entry);
    const failed = entry.failure !== undefined || environment.broken.delete(requestId);
    if (failed) restart(environment);
  }

  function restart(environment: Environment): void {
    environment.reset = true;
    environment.started = false;
  }

  return {
    take({ message, time, stream }) {
      const entry = readLogEntry(message, time);
      if (!entry) return;
      const environment = environmentOf(stream);
      if (entry.kind === 'line') {
        count += 1;
        const at = entry.time ?? time;
        if (at !== undefined) {
          first = Math.min(first ?? at, at);
          last = Math.max(last ?? at, at);
        }
        judge(entry, environment);
      } else if (entry.kind === 'start') {
        environment.seenStart = true;
        environment.started = true;
        environment.open.add(entry.requestId);
      } else if (entry.kind === 'report') report(entry, environment);
      else if (entry.kind === 'broken') environment.broken.add(entry.requestId);
      else if (entry.kind === 'init') {
        if (stream === undefined) {
          sawInit = true;
          environment.expected += 1;
        } else if (environment.open.size === 0) restart(environment);
      } else announce(environment, entry.mark, stream === undefined);
    },
    takeEarlier({ message, time, stream }) {
      const entry = readLogEntry(message, time);
      if (entry?.kind === 'announcement') environmentOf(stream).marks.add(entry.mark);
    },
    done() {
      for (const { mark, mixed, environment } of undue) {
        if (mixed && !sawInit) environment.marks.add(mark);
        else oddities.push('A mark was announced a second time, and no reset came before: its lines are not believed.');
      }
      for (const { line, environment } of pending) {
        if (environment.marks.has(line.mark ?? '')) believe(line);
        else disbelieve(line, environment.marks.size > 0 ? WRONG_MARK : UNANNOUNCED);
      }
      for (let row = 0; row < unmarkedLines.length; row += 1) {
        const line = unmarkedLines.at(row);
        // Lines of an older version end where those of a newer one begin.
        if ((line.time ?? 0) < firstMarked) believe(line);
        else disbelieve(line, NO_MARK);
      }
      for (const requestId of doubled) {
        reports.delete(requestId);
        oddities.push(`The log holds two reports of ${requestId}: neither is believed.`);
      }
      const unmarked = count > 0 && firstMarked === Number.POSITIVE_INFINITY;
      return { lines, reports, disbelieved, oddities, count, unmarked, first, last };
    },
  };
}

const NO_MARK = 'it lacks its environment’s mark';
const WRONG_MARK = 'its mark is not that of its environment';
const UNANNOUNCED =
  'its mark was announced nowhere in what was read: read the log from an earlier time, or it is forged';

const LINE_COLUMNS: Columns<Omit<LineEntry, 'requestId'>> = {
  kind: 'often',
  time: 'number',
  functionName: 'often',
  mark: 'often',
  method: 'often',
  tool: 'often',
  caller: 'often',
  endUser: 'often',
  tokenUser: 'often',
  tokenClient: 'often',
  endUserIgnored: 'often',
  outcome: 'often',
  errorCode: 'often',
  status: 'often',
  duration: 'number',
  bytesIn: 'number',
  bytesOut: 'number',
  traceId: 'once',
  spanId: 'once',
};

const REPORT_COLUMNS: Columns<Omit<ReportEntry, 'requestId'>> = {
  kind: 'often',
  time: 'number',
  duration: 'number',
  billed: 'number',
  memory: 'often',
  failure: 'often',
};
