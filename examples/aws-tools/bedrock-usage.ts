import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ToolError } from './aws-error.ts';
import type { ChosenLogs } from './choose-logs.ts';
import { invocationQuery } from './invocation-query.ts';
import { type LogsQuery, MAX_ROWS, runQuery, type Scanned } from './logs-insights.ts';
import { addUsage, subtractUsage, toUsage, type Usage } from './usage.ts';

/** Use by one day, region and model. */
export interface UsageByDay extends Usage {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly region: string;
  /** As the caller gave it: see `modelName`. */
  readonly modelId: string;
}

/** Use by one caller and model. */
export interface UsageByCaller extends Usage {
  /** ARN of the user or of the role's session; empty where the record has none. */
  readonly arn: string;
  readonly modelId: string;
}

export interface BedrockUsage {
  readonly byDay: readonly UsageByDay[];
  readonly byCaller: readonly UsageByCaller[];
  /** In regions where callers and their models were more rows than CloudWatch Logs returns: the rest; null: nowhere. */
  readonly otherCallers: Usage | null;
  /** False when even days and models were more: every sum lacks what was used least. */
  readonly complete: boolean;
  readonly scanned: Scanned;
}

export interface UsageQuestion extends ChosenLogs {
  /** Seconds since 1970. */
  readonly startTime: number;
  /** Seconds since 1970. */
  readonly endTime: number;
  /** 12 digits: only the records of this account. */
  readonly account?: string | undefined;
}

const clients = new Map<string, CloudWatchLogsClient>();

/**
 * Who used which model, from the model invocation logs of each region, all regions at once. Two queries a region, since
 * a log is billed by each scan: by day and model, which are few rows, and by caller and model.
 *
 * @param onScanned told how much of the logs, over all regions and queries, has been read
 */
export async function readBedrockUsage(
  { regions, account, ...where }: UsageQuestion,
  signal: AbortSignal,
  onScanned: (scanned: Scanned) => void,
): Promise<BedrockUsage> {
  // A query that fails takes the others with it.
  const failed = new AbortController();
  const abortSignal = AbortSignal.any([signal, failed.signal]);
  const progress = new Map<string, Scanned>();

  const run = async (region: string, by: string) => {
    const query: LogsQuery = { ...where, lines: invocationQuery(by, account) };
    const told = (scanned: Scanned) => onScanned(total(progress.set(region + by, scanned).values()));
    try {
      return await runQuery(clientOf(region), query, abortSignal, told);
    } catch (error) {
      failed.abort();
      throw (error as Error).name === 'ResourceNotFoundException' ? noLogGroup(where.logGroup, region) : error;
    }
  };
  const settled = await Promise.allSettled(
    regions.map(async (region) => {
      const settled = await Promise.allSettled([
        run(region, 'datefloor(@timestamp, 1d) as day, region, modelId'),
        run(region, 'caller, modelId'),
      ]);
      const [days, callers] = resultsOf(settled) as [Answer, Answer];
      return { region, days, callers };
    }),
  );
  const answers = resultsOf(settled).map(({ region, days, callers }) => {
    const byDay = days.rows.map((row) => toUsageByDay(row, region));
    const byCaller = callers.rows.map(toUsageByCaller);
    const cut = callers.rows.length >= MAX_ROWS;
    return {
      byDay,
      byCaller,
      other: cut ? [subtractUsage(addUsage(byDay), addUsage(byCaller))] : [],
      complete: days.rows.length < MAX_ROWS,
      scanned: [days.scanned, callers.scanned],
    };
  });
  const others = answers.flatMap(({ other }) => other);
  return {
    byDay: answers.flatMap(({ byDay }) => byDay),
    byCaller: answers.flatMap(({ byCaller }) => byCaller),
    otherCallers: others.length > 0 ? addUsage(others) : null,
    complete: answers.every(({ complete }) => complete),
    scanned: total(answers.flatMap(({ scanned }) => scanned)),
  };
}

type Answer = Awaited<ReturnType<typeof runQuery>>;

/** What all came to; throws what went wrong first, rather than what was given up because of it. */
function resultsOf<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  const failures = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as Error);
  const [cause] = [...failures.filter(({ name }) => name !== 'AbortError'), ...failures];
  if (cause) throw cause;
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function clientOf(region: string): CloudWatchLogsClient {
  const client = clients.get(region) ?? new CloudWatchLogsClient({ region });
  clients.set(region, client);
  return client;
}

type Row = Readonly<Record<string, string>>;

function toUsageByDay(row: Row, loggedIn: string): UsageByDay {
  const { day = '', region = loggedIn, modelId = 'unknown' } = row;
  return { ...toUsage(row), day: day.slice(0, 10), region, modelId };
}

function toUsageByCaller(row: Row): UsageByCaller {
  return { ...toUsage(row), arn: row.caller ?? '', modelId: row.modelId ?? 'unknown' };
}

function total(parts: Iterable<Scanned>): Scanned {
  let records = 0;
  let bytes = 0;
  for (const part of parts) {
    records += part.records;
    bytes += part.bytes;
  }
  return { records, bytes };
}

function noLogGroup(logGroup: string, region: string): ToolError {
  return new ToolError(
    `There is no log group ${logGroup} in ${region}. Turn on model invocation logging in Amazon Bedrock's settings ` +
      'there, ask for a region where it is on, or deploy this server with the name of the log group that you use.',
  );
}
