import type { FunctionTarget } from '../../transport/function-target.ts';
import { readFunctionName } from '../../wire/aws/function-name.ts';
import type { TargetOptions } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import type { LogEntry } from './log-entry.ts';
import { logGroupOf } from './log-group-of.ts';
import { readLogFiles, readTrailFiles } from './read-files.ts';
import { readLogGroups, type TimeRange } from './read-log-groups.ts';
import type { TrailEvent } from './trail-event.ts';

/** Both sides of the audit. */
export interface Sources {
  readonly events: readonly TrailEvent[];
  readonly entries: readonly LogEntry[];
  /** Where they were read from, in words. */
  readonly sources: readonly string[];
}

interface Where {
  readonly trail?: readonly string[] | undefined;
  readonly log?: readonly string[] | undefined;
  readonly 'trail-group'?: string | undefined;
  readonly 'log-group'?: string | undefined;
}

/**
 * Reads both sides, from files where there are any, else from CloudWatch Logs.
 *
 * @throws {UsageError} when one side is not to be had: half an audit would look like a whole one
 */
export async function readSources(
  target: FunctionTarget | undefined,
  range: TimeRange,
  where: Where,
  options: TargetOptions,
): Promise<Sources> {
  const name = target?.name;
  const { trail, log, 'trail-group': trailGroup, 'log-group': logGroup } = where;
  if (trail || log) {
    if (!trail || !log) throw new UsageError('--trail and --log go together: an audit needs both sides.');
    if (trailGroup || logGroup) throw new UsageError('Files and log groups exclude each other.');
    const found = { events: readTrailFiles(trail), entries: readLogFiles(log) };
    return { ...ofFunction(found, name), sources: [`trail ${trail.join(', ')}`, `log ${log.join(', ')}`] };
  }
  if (!target || name === undefined) throw new UsageError('Which function? See: lambda-mcp audit --help');
  if (!trailGroup) {
    throw new UsageError(
      'Give --trail-group, the log group that CloudTrail writes the function’s data events to. This lists those of your ' +
        "trails: aws cloudtrail describe-trails --query 'trailList[].CloudWatchLogsLogGroupArn'. Or give files: --trail and --log.",
    );
  }
  const group = logGroup ?? (await logGroupOf(target, options));
  const groups = { trail: trailGroup, function: group, functionName: name };
  const found = await readLogGroups(groups, range, target.region, options, showProgress);
  showProgress('');
  return { ...ofFunction(found, name), sources: [`log group ${trailGroup}`, `log group ${group}`] };
}

/** What belongs to this function, of sources that may hold others' too. */
function ofFunction({ events, entries }: Omit<Sources, 'sources'>, name: string | undefined): Omit<Sources, 'sources'> {
  if (name === undefined) return { events, entries };
  const others = new Set<string>();
  for (const { requestId, functionArn } of events) if (!isOf(functionArn, name)) others.add(requestId);
  for (const entry of entries) {
    const foreign = entry.kind === 'message' && entry.functionName !== undefined && entry.functionName !== name;
    if (foreign) others.add(entry.requestId);
  }
  return {
    events: events.filter(({ functionArn }) => isOf(functionArn, name)),
    entries: entries.filter(({ requestId }) => !others.has(requestId)),
  };
}

/** A name or an ARN, each with or without qualifier. */
function isOf(functionArn: string, name: string): boolean {
  return readFunctionName(functionArn)?.name === name;
}

/** One line on a terminal, written over; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
