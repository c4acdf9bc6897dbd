import type { FunctionTarget } from '../../transport/function-target.ts';
import type { TargetOptions } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import { type BelievedLog, believeLog } from './believe-log.ts';
import { createRequestIds } from './by-request.ts';
import { logGroupOf } from './log-group-of.ts';
import { readLog } from './read-log.ts';
import { readLogGroups, type TimeRange } from './read-log-groups.ts';
import { readTrail } from './read-trail.ts';
import { newReading, type Reading } from './reading.ts';
import { filesOf, textFile } from './text-file.ts';
import { collectRecords, type TrailRecords } from './trail-records.ts';

/** Both sides of the audit. */
export interface Sources {
  readonly records: TrailRecords;
  readonly log: BelievedLog;
  readonly reading: Reading;
}

interface Where {
  readonly trail?: readonly string[] | undefined;
  readonly log?: readonly string[] | undefined;
  readonly 'trail-group'?: string | undefined;
  readonly 'log-group'?: string | undefined;
}

/**
 * Reads both sides, each from files, from S3 or from CloudWatch Logs.
 *
 * @throws {UsageError} when one side is not to be had: half an audit would look like a whole one
 */
export async function readSources(
  target: FunctionTarget | undefined,
  range: TimeRange,
  where: Where,
  options: TargetOptions,
): Promise<Sources> {
  const { trail, log, 'trail-group': trailGroup, 'log-group': logGroup } = where;
  const inFiles = trail?.every((path) => !path.startsWith('s3://')) ?? false;
  if (inFiles && !log && !logGroup) {
    throw new UsageError('--trail and --log go together: an audit needs both sides.');
  }
  if (log && !trail && !trailGroup) throw new UsageError('--trail and --log go together: an audit needs both sides.');
  if ((trail && trailGroup) || (log && logGroup)) throw new UsageError('Files and log groups exclude each other.');
  if (!(trail && log) && target === undefined) throw new UsageError('Which function? See: lambda-mcp audit --help');
  if (!trail && !trailGroup) {
    throw new UsageError(
      'Give --trail-group, the log group that CloudTrail writes the function’s data events to. This lists those of your ' +
        "trails: aws cloudtrail describe-trails --query 'trailList[].CloudWatchLogsLogGroupArn'. Or give --trail, files or " +
        's3://BUCKET.',
    );
  }

  const reading = newReading();
  const ids = createRequestIds();
  const records = collectRecords(ids);
  const belief = believeLog(ids);
  for (const path of trail ?? []) {
    reading.sources.push(`trail ${path}`);
    if (path.startsWith('s3://')) {
      const { readTrailBucket } = await import('./read-trail-bucket.ts');
      await readTrailBucket(path, range, target?.region, options, { records, reading, progress: showProgress });
    } else for (const file of filesOf([path])) await readTrail(textFile(file), records, reading);
  }
  if (log) {
    reading.sources.push(...log.map((path) => `log ${path}`));
    for (const file of filesOf(log)) await readLog(textFile(file), belief.take, reading);
  }
  if (target?.name !== undefined && (trailGroup || !log)) {
    const own = log ? undefined : (logGroup ?? (await logGroupOf(target, options)));
    const groups = { trail: trailGroup, function: own, functionName: target.name };
    await readLogGroups(groups, range, target.region, options, { records, belief, progress: showProgress });
    if (trailGroup) {
      reading.sources.push(`trail’s log group ${trailGroup}, a copy`);
      reading.remarks.push(
        'CloudTrail’s records come from their copy in CloudWatch Logs, which whoever may write that log group can add to. ' +
          'The files in S3 are the stronger evidence: --trail s3://BUCKET.',
      );
    }
    if (own) reading.sources.push(`log group ${own}`);
  }
  showProgress('');
  return { records, log: belief.done(), reading };
}

/** One line on a terminal, written over; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
