import { writeFileSync } from 'node:fs';
import { readFunctionTarget } from '../transport/function-target.ts';
import { isoTime, toCsv } from './audit/csv.ts';
import { joinCalls } from './audit/join-calls.ts';
import { callsTable, groupsTable, summaryLine } from './audit/print-calls.ts';
import { readSources } from './audit/read-sources.ts';
import { reportPage } from './audit/report/page.ts';
import { readTime, selectCalls } from './audit/select-calls.ts';
import { type GroupBy, groupCalls } from './audit/summarize.ts';
import { CommandError, ExitCode } from './exit-code.ts';
import { printJson, styled } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp audit FUNCTION --trail-group NAME [options]
       lambda-mcp audit [FUNCTION] --trail PATH --log PATH [options]

Who called which tool, when, with what outcome: CloudTrail's data events (who, proven by AWS) joined with the function's
own log (which tool) by request id. What stands on one side only is shown as such.

Where from:
  --trail-group NAME   log group that the trail writes to, or its ARN
  --log-group NAME     the function's log group (default: as the function's configuration says)
  --trail PATH         instead: CloudTrail's files (.json, .json.gz), JSON lines, or a folder of them; repeatable
  --log PATH           instead: the function's log files; repeatable

What:
  --since TIME         90m, 24h, 7d or a date (default: 24h)
  --until TIME         the same (default: now)
  --caller TEXT        callers that hold this text, or match it if it has * or ?
  --tool TEXT          tools, likewise
  --all                protocol messages such as tools/list too

How:
  --by caller|tool|outcome   one line for each, not for each call
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
  csv: { type: 'boolean' },
  html: { type: 'string' },
  trail: { type: 'string', multiple: true },
  log: { type: 'string', multiple: true },
  'trail-group': { type: 'string' },
  'log-group': { type: 'string' },
} as const;

/** `lambda-mcp audit` */
export async function audit(args: string[]): Promise<ExitCode> {
  const read = readArguments('audit', HELP, args, OWN);
  if (!read) return ExitCode.ok;
  const { options, positionals, dev } = read;
  const files = dev && { trail: [dev.self.trailFile], log: [dev.self.logFile] };
  const values = { ...files, ...read.values };
  const [named, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'. See: lambda-mcp audit --help`);
  if ([options.json, values.csv, values.html !== undefined].filter(Boolean).length > 1) {
    throw new UsageError('--json, --csv and --html exclude each other.');
  }
  const by = readGroupBy(values.by);
  if (by && (values.csv || values.html !== undefined))
    throw new UsageError('--by goes with the table and with --json.');
  const now = Date.now();
  const range = {
    since: readTime('since', values.since ?? '24h', now),
    until: values.until === undefined ? now : readTime('until', values.until, now),
  };
  if (range.since >= range.until) throw new UsageError('--since is later than --until.');

  const target = named === undefined ? undefined : readFunctionTarget(named);
  const { events, entries, sources } = await readSources(target, range, values, options);
  const { caller, tool, all = false } = values;
  const joined = joinCalls(events, entries, now);
  const { calls, leftOut } = selectCalls(joined, { ...range, caller, tool, all });

  if (values.html !== undefined) {
    const functionName = target?.name ?? 'the function';
    const filters = [caller && `callers like ${caller}`, tool && `tools like ${tool}`].filter(
      (text) => text !== undefined,
    );
    writeReport(values.html, reportPage({ functionName, ...range, calls, leftOut, sources, filters }));
  } else if (values.csv) process.stdout.write(toCsv(calls));
  else if (options.json) {
    const dated = (time: number | undefined) => (time === undefined ? null : isoTime(time));
    const rows = by
      ? groupCalls(calls, by).map(({ calls: own, last, ...group }) => ({
          ...group,
          calls: own.length,
          last: dated(last),
        }))
      : calls.map((call) => ({ ...call, time: dated(call.time) }));
    printJson(rows);
  } else if (calls.length === 0) {
    process.stdout.write(`No calls from ${isoTime(range.since)} to ${isoTime(range.until)} (${sources.join('; ')}).\n`);
    if (leftOut > 0) process.stdout.write(`${leftOut} protocol messages, such as tools/list: --all shows them.\n`);
  } else {
    process.stdout.write(by ? groupsTable(groupCalls(calls, by), by) : callsTable(calls));
    process.stdout.write(`\n${styled('dim', summaryLine(calls, leftOut))}`);
  }
  return ExitCode.ok;
}

function readGroupBy(text: string | undefined): GroupBy | undefined {
  if (text === undefined || text === 'caller' || text === 'tool' || text === 'outcome') return text;
  throw new UsageError(`--by takes caller, tool or outcome, not ${JSON.stringify(text)}.`);
}

function writeReport(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (cause) {
    throw new CommandError(`${file} cannot be written: ${(cause as Error).message}.`, ExitCode.failed, { cause });
  }
  process.stderr.write(`Written to ${file}\n`);
}
