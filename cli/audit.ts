import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { readFunctionTarget } from '../transport/function-target.ts';
import type { Architecture } from '../wire/aws/prices.ts';
import { type AuditCall, plainCall, sourcesOf } from './audit/audit-call.ts';
import { type Completeness, completenessOf } from './audit/completeness.ts';
import { costOf, sumCosts } from './audit/cost.ts';
import { csvLines, isoTime } from './audit/csv.ts';
import { joinCalls } from './audit/join-calls.ts';
import { callsTable, groupsTable, summaryLine } from './audit/print-calls.ts';
import { readSources } from './audit/read-sources.ts';
import { reportPage } from './audit/report/page.ts';
import { readTime, selectCalls } from './audit/select-calls.ts';
import { GROUPINGS, type GroupBy, groupCalls } from './audit/summarize.ts';
import { findUnusual, type Unusual } from './audit/unusual/unusual.ts';
import { CommandError, ExitCode } from './exit-code.ts';
import { plainLine } from './output/display-width.ts';
import { jsonList, printAll, printJson, styled } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp audit FUNCTION --trail-group NAME [options]
       lambda-mcp audit [FUNCTION] --trail PATH --log PATH [options]

Who called which tool, when, with what outcome: CloudTrail's data events (who, proven by AWS) joined with the function's
own log (which tool) by request id. What stands on one side only, and what cannot be so, is shown as such.

Where from:
  --trail s3://BUCKET/PREFIX   CloudTrail's files in S3, the strongest evidence
  --trail-group NAME   or their copy: the log group that the trail writes to, or its ARN
  --trail PATH         or files (.json, .json.gz), JSON lines, or a folder of them; repeatable
  --log-group NAME     the function's log group (default: as the function's configuration says)
  --log PATH           or files of the function's log: as it is, or as CloudWatch exports it; repeatable
  --access-log-group NAME  behind a REST API: its stage's access log, which says for whom it called (default: found by
                       the function's policy and the stage)
  --access-log PATH    or files of it; repeatable

What:
  --since TIME         90m, 24h, 7d or a date (default: 24h)
  --until TIME         the same (default: now)
  --caller TEXT        callers that hold this text, or match it if it has * or ?: an ARN, or what the table shows
  --tool TEXT          tools, likewise
  --all                protocol messages such as tools/list too

How:
  --unusual            what is unusual: first seen, bursts, hours, refusals, contradictions
  --baseline SPAN      compare with so long before --since, such as 30d (default: the first half of what was read)
  --by caller|role|session|account|ip|tool|outcome|hour   one line for each, not for each call
  --arch arm64|x86_64  the function's architecture, for what calls cost (default: arm64)
  --csv                CSV, for spreadsheets
  --html FILE          a page to read and to file, in one file
${SHARED_HELP}`;

const OWN = {
  since: { type: 'string' },
  until: { type: 'string' },
  caller: { type: 'string' },
  tool: { type: 'string' },
  by: { type: 'string' },
  all: { type: 'boolean' },
  unusual: { type: 'boolean' },
  baseline: { type: 'string' },
  arch: { type: 'string' },
  csv: { type: 'boolean' },
  html: { type: 'string' },
  trail: { type: 'string', multiple: true },
  log: { type: 'string', multiple: true },
  'trail-group': { type: 'string' },
  'log-group': { type: 'string' },
  'access-log': { type: 'string', multiple: true },
  'access-log-group': { type: 'string' },
} as const;

/** `lambda-mcp audit` */
export async function audit(args: string[]): Promise<ExitCode> {
  const read = readArguments('audit', HELP, args, OWN);
  if (!read) return ExitCode.ok;
  const { options, positionals, dev } = read;
  const files = dev && {
    ...{ trail: [dev.self.trailFile], log: [dev.self.logFile] },
    ...(dev.self.accessLogFile !== undefined && { 'access-log': [dev.self.accessLogFile] }),
  };
  const values = { ...files, ...read.values };
  const [named, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'. See: lambda-mcp audit --help`);
  if ([options.json, values.csv, values.html !== undefined].filter(Boolean).length > 1) {
    throw new UsageError('--json, --csv and --html exclude each other.');
  }
  const by = readGroupBy(values.by);
  const isPlain = !values.csv && values.html === undefined;
  if (by && !isPlain) throw new UsageError('--by goes with the table and with --json.');
  if (values.unusual && (by || !isPlain)) {
    throw new UsageError('--unusual goes with --json or alone; the page of --html begins with it.');
  }
  const architecture = readArchitecture(values.arch);
  const now = Date.now();
  const range = {
    since: readTime('since', values.since ?? '24h', now),
    until: values.until === undefined ? now : readTime('until', values.until, now),
  };
  if (range.since >= range.until) throw new UsageError('--since is later than --until.');
  const before = values.baseline === undefined ? undefined : readTime('baseline', values.baseline, range.since);
  if (before !== undefined && before >= range.since) throw new UsageError('--baseline takes a span such as 30d.');

  // V8 would let the heap double between two collections: half a million calls are to fit into 512 MB.
  setFlagsFromString('--heap-growing-percent=20');
  const target = named === undefined ? undefined : readFunctionTarget(named);
  const sources = await readSources(target, { ...range, since: before ?? range.since }, values, options);
  const joined = joinCalls(sources.records.events, sources.access.entries, sources.log, target, now);
  const { caller, tool, all = false } = values;
  const asked = { caller, tool, all };
  const { calls, leftOut, outside } = selectCalls(joined.calls, { ...range, ...asked });
  const filtered = caller !== undefined || tool !== undefined;
  const earlier =
    before === undefined ? undefined : selectCalls(joined.calls, { since: before, until: range.since - 1, ...asked });
  const unseen = outside - (earlier ? earlier.calls.length + earlier.leftOut : 0);
  const completeness = completenessOf(sources, joined, { calls, outside: unseen, filtered });
  tell(completeness);
  const baseline = earlier && before !== undefined ? { since: before, calls: earlier.calls } : undefined;
  const unusual = () => findUnusual(calls, range, baseline);

  if (values.html !== undefined) {
    const functionName = target?.name ?? 'the function';
    const filters = [caller && `callers like ${caller}`, tool && `tools like ${tool}`].filter(
      (text) => text !== undefined,
    );
    const found = unusual();
    const known = { functionName, ...range, calls, leftOut, sources: sources.reading.sources, filters, architecture };
    writeReport(values.html, reportPage({ ...known, completeness, unusual: found }));
  } else if (values.csv) await printAll(csvLines(calls, architecture));
  else if (values.unusual) printUnusual(unusual(), options.json);
  else if (options.json)
    await printAll(jsonList(by ? groupRows(calls, by, architecture) : callRows(calls, architecture)));
  else if (calls.length === 0) {
    const from = sources.reading.sources.join('; ');
    process.stdout.write(`No calls from ${isoTime(range.since)} to ${isoTime(range.until)} (${plainLine(from)}).\n`);
    if (leftOut > 0) process.stdout.write(`${leftOut} protocol messages, such as tools/list: --all shows them.\n`);
  } else {
    await printAll(by ? groupsTable(groupCalls(calls, by), by, architecture) : callsTable(calls));
    process.stdout.write(`\n${styled('dim', summaryLine(calls, leftOut))}`);
  }
  return completeness.missing.length > 0 ? ExitCode.incomplete : ExitCode.ok;
}

/** On stderr: it belongs to no format. */
function tell({ read, missing, remarks }: Completeness): void {
  const said = [read, ...missing.map((why) => `HALF AN AUDIT: ${why}`), ...remarks];
  process.stderr.write(said.map((text) => `${plainLine(text)}\n`).join(''));
}

function* callRows(calls: Iterable<AuditCall>, architecture: Architecture): Generator<object, void> {
  for (const call of calls) {
    const time = call.time === undefined ? null : isoTime(call.time);
    yield { ...plainCall(call), time, costUsd: costOf(call, architecture), sources: sourcesOf(call) };
  }
}

function groupRows(calls: readonly AuditCall[], by: GroupBy, architecture: Architecture): object[] {
  return groupCalls(calls, by).map(({ calls: own, last, ...group }) => {
    const { dollars, known } = sumCosts(own, architecture);
    const sessions = new Set(own.flatMap(({ session }) => session ?? [])).size;
    const cost = { costUsd: known > 0 ? dollars : null, costKnownOf: known };
    return { ...group, calls: own.length, sessions, ...cost, last: last === undefined ? null : isoTime(last) };
  });
}

function printUnusual({ findings, comparedWith }: Unusual, json: boolean): void {
  if (json) {
    const dated = (time: number | undefined) => (time === undefined ? null : isoTime(time));
    const rows = findings.map(({ first, last, ...found }) => ({ ...found, first: dated(first), last: dated(last) }));
    printJson({ comparedWith, findings: rows });
    return;
  }
  const lines = findings.map(({ kind, what }) => `${styled('yellow', `${kind}:`)} ${plainLine(what)}`);
  process.stdout.write(
    `${lines.length > 0 ? lines.join('\n') : 'Nothing unusual.'}\n\n${styled('dim', comparedWith)}\n`,
  );
}

function readGroupBy(text: string | undefined): GroupBy | undefined {
  const by = GROUPINGS.find((grouping) => grouping === text);
  if (text === undefined || by) return by;
  throw new UsageError(`--by takes ${GROUPINGS.slice(0, -1).join(', ')} or hour, not ${JSON.stringify(text)}.`);
}

function readArchitecture(text = 'arm64'): Architecture {
  if (text === 'arm64' || text === 'x86_64') return text;
  throw new UsageError(`--arch takes arm64 or x86_64, not ${JSON.stringify(text)}.`);
}

function writeReport(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (cause) {
    throw new CommandError(`${file} cannot be written: ${(cause as Error).message}.`, ExitCode.failed, { cause });
  }
  process.stderr.write(`Written to ${file}\n`);
}
