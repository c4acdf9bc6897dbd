import type { FunctionTarget } from '../../transport/function-target.ts';
import type { TargetOptions } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import { type AccessRecords, collectAccess } from './access-records.ts';
import { type BelievedLog, believeLog } from './believe-log.ts';
import { createRequestIds } from './by-request.ts';
import { findAccessLogs } from './find-access-log.ts';
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
  /** Of a REST API in front. */
  readonly access: AccessRecords;
  readonly reading: Reading;
}

interface Where {
  readonly trail?: readonly string[] | undefined;
  readonly log?: readonly string[] | undefined;
  readonly 'trail-group'?: string | undefined;
  readonly 'log-group'?: string | undefined;
  readonly 'access-log'?: readonly string[] | undefined;
  readonly 'access-log-group'?: string | undefined;
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
  const { 'access-log': accessFiles, 'access-log-group': accessGroup } = where;
  const hasAccess = accessFiles !== undefined || accessGroup !== undefined;
  const inFiles = trail?.every((path) => !path.startsWith('s3://')) ?? false;
  if (inFiles && !log && !logGroup) {
    throw new UsageError('--trail and --log go together: an audit needs both sides.');
  }
  if (log && !trail && !trailGroup && !hasAccess)
    throw new UsageError('--trail and --log go together: an audit needs both sides.');
  if ((trail && trailGroup) || (log && logGroup) || (accessFiles && accessGroup))
    throw new UsageError('Files and log groups exclude each other.');
  const isOffline = log !== undefined && !trailGroup && !accessGroup;
  if (!isOffline && target === undefined) throw new UsageError('Which function? See: lambda-mcp audit --help');
  if (!trail && !trailGroup && !hasAccess) {
    throw new UsageError(
      'Give --trail-group, the log group that CloudTrail writes the function’s data events to. This lists those of your ' +
        "trails: aws cloudtrail describe-trails --query 'trailList[].CloudWatchLogsLogGroupArn'. Or give --trail, files or " +
        's3://BUCKET. Behind a REST API its access log tells who called: --access-log-group.',
    );
  }

  const reading = newReading();
  const ids = createRequestIds();
  const records = collectRecords(ids);
  const belief = believeLog(ids);
  const access = collectAccess(ids);
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
  if (accessFiles) {
    reading.sources.push(...accessFiles.map((path) => `access log ${path}`));
    for (const file of filesOf(accessFiles)) await readLog(textFile(file), access.take, reading);
  }
  if (target?.name !== undefined && (trailGroup || accessGroup || !log)) {
    const own = log ? undefined : (logGroup ?? (await logGroupOf(target, options)));
    const given = accessGroup === undefined ? [] : [accessGroup];
    const into = { records, belief, access, progress: showProgress };
    const groups = { trail: trailGroup, function: own, access: given, functionName: target.name };
    await readLogGroups(groups, range, target.region, options, into);
    reading.sources.push(...given.map((group) => `access log group ${group}`));
    if (!hasAccess && records.byApi > 0) {
      const found = await findAccessLogs(target, options);
      if ('why' in found)
        reading.remarks.push(`The access log of the REST API was looked for, and not found: ${found.why}.`);
      else {
        const only = { trail: undefined, function: undefined, access: found.groups, functionName: target.name };
        await readLogGroups(only, range, target.region, options, into);
        reading.sources.push(...found.groups.map((group) => `access log group ${group}`));
      }
    }
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
  if (!trail && !trailGroup) {
    reading.remarks.push(
      'No trail was read: who called by other ways than the REST API is not proven. Its access log stands alone, which ' +
        'whoever may write that log group can add to.',
    );
  }
  return { records, log: belief.done(), access, reading };
}

/** One line on a terminal, written over; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
