import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ToolError } from './aws-error.ts';
import { type LogsQuery, MAX_ROWS, runQuery, type Scanned } from './logs-insights.ts';
import type { BedrockLogs } from './settings.ts';

export interface Usage {
  readonly invocations: number;
  /** Invocations that the log gives tokens for. */
  readonly counted: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Use by one day, region and model. */
export interface UsageByModel extends Usage {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly region: string;
  readonly model: string;
}

export interface UsageByCaller extends Usage {
  /** ARN of the user or of the role's session. */
  readonly caller: string;
}

export interface BedrockUsage {
  readonly byModel: readonly UsageByModel[];
  readonly byCaller: readonly UsageByCaller[];
  /** False when a query had more rows than CloudWatch Logs returns. */
  readonly complete: boolean;
  readonly scanned: Scanned;
}

export interface Period {
  /** Seconds since 1970. */
  readonly startTime: number;
  /** Seconds since 1970. */
  readonly endTime: number;
}

const USAGE =
  'stats count(*) as invocations, count(input.inputTokenCount) as counted, sum(input.inputTokenCount) as inputTokens, ' +
  'sum(output.outputTokenCount) as outputTokens';
const LARGEST_FIRST = 'sort invocations desc';
const INVOCATIONS = 'filter schemaType = "ModelInvocationLog"';

/** Two queries, since a log is billed by each scan: together by day, region and model, which are few, and by caller. */
const BY_MODEL = [INVOCATIONS, `${USAGE} by datefloor(@timestamp, 1d) as day, region, modelId`, LARGEST_FIRST];
const BY_CALLER = [INVOCATIONS, `${USAGE} by identity.arn as caller`, LARGEST_FIRST];

const clients = new Map<string, CloudWatchLogsClient>();

/**
 * Who used which model, from the model invocation logs of each region.
 *
 * Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3"; Amazon CloudWatch
 * Logs User Guide, "CloudWatch Logs Insights language query syntax".
 *
 * @param onScanned told how much of the logs, over all regions and queries, has been read
 */
export async function readBedrockUsage(
  { logGroup, regions }: BedrockLogs,
  period: Period,
  signal: AbortSignal,
  onScanned: (scanned: Scanned) => void,
): Promise<BedrockUsage> {
  // A query that fails takes the others with it.
  const failed = new AbortController();
  const abortSignal = AbortSignal.any([signal, failed.signal]);
  const progress = new Map<string, Scanned>();

  const run = async (region: string, lines: readonly string[]) => {
    const query: LogsQuery = { logGroup, ...period, lines };
    const client = clientOf(region);
    const told = (scanned: Scanned) => onScanned(total(progress.set(region + lines, scanned).values()));
    try {
      return await runQuery(client, query, abortSignal, told);
    } catch (error) {
      failed.abort();
      throw (error as Error).name === 'ResourceNotFoundException' ? noLogGroup(logGroup, region) : error;
    }
  };
  const settled = await Promise.allSettled(
    regions.flatMap((region) => [run(region, BY_MODEL), run(region, BY_CALLER)]),
  );
  const failures = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as Error);
  const [cause] = [...failures.filter(({ name }) => name !== 'AbortError'), ...failures];
  if (cause) throw cause;

  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    byModel: answers.filter((_, index) => index % 2 === 0).flatMap(({ rows }) => rows.map(toUsageByModel)),
    byCaller: answers.filter((_, index) => index % 2 === 1).flatMap(({ rows }) => rows.map(toUsageByCaller)),
    complete: answers.every(({ rows }) => rows.length < MAX_ROWS),
    scanned: total(answers.map(({ scanned }) => scanned)),
  };
}

function clientOf(region: string): CloudWatchLogsClient {
  const client = clients.get(region) ?? new CloudWatchLogsClient({ region });
  clients.set(region, client);
  return client;
}

type Row = Readonly<Record<string, string>>;

function toUsage({ invocations, counted, inputTokens, outputTokens }: Row): Usage {
  return {
    invocations: Number(invocations ?? 0),
    counted: Number(counted ?? 0),
    inputTokens: Number(inputTokens ?? 0),
    outputTokens: Number(outputTokens ?? 0),
  };
}

function toUsageByModel(row: Row): UsageByModel {
  const { day = '', region = 'unknown', modelId = 'unknown' } = row;
  return { ...toUsage(row), day: day.slice(0, 10), region, model: modelId };
}

function toUsageByCaller(row: Row): UsageByCaller {
  return { ...toUsage(row), caller: row.caller ?? 'unknown' };
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
      'there, or deploy this server with the name of the log group that you use.',
  );
}
