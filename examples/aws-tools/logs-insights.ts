import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ToolError } from './aws-error.ts';

/** Between two looks at a running query; milliseconds. */
const POLL_INTERVAL = 500;

/** The most that Logs Insights returns. */
export const MAX_ROWS = 10_000;

export interface LogsQuery {
  readonly logGroup: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  /** Seconds since 1970. */
  readonly endTime: number;
  readonly lines: readonly string[];
}

export interface Scanned {
  readonly records: number;
  readonly bytes: number;
}

export interface LogsAnswer {
  /** A row's values by field. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly scanned: Scanned;
}

/**
 * Runs a Logs Insights query to its end, and stops it at AWS when the signal aborts.
 *
 * Source: Amazon CloudWatch Logs API Reference, StartQuery, GetQueryResults, StopQuery.
 *
 * @param onScanned told at each look how far the query has got
 */
export async function runQuery(
  client: CloudWatchLogsClient,
  { logGroup, startTime, endTime, lines }: LogsQuery,
  abortSignal: AbortSignal,
  onScanned: (scanned: Scanned) => void,
): Promise<LogsAnswer> {
  const queryString = `${lines.join('\n| ')}\n| limit ${MAX_ROWS}`;
  const { queryId } = await client.send(
    new StartQueryCommand({ logGroupName: logGroup, startTime, endTime, queryString }),
    { abortSignal },
  );
  try {
    for (;;) {
      await sleep(POLL_INTERVAL, undefined, { signal: abortSignal });
      const {
        status,
        results = [],
        statistics,
      } = await client.send(new GetQueryResultsCommand({ queryId }), {
        abortSignal,
      });
      const scanned = { records: statistics?.recordsScanned ?? 0, bytes: statistics?.bytesScanned ?? 0 };
      onScanned(scanned);
      if (status === 'Complete') {
        const rows = results.map((row) =>
          Object.fromEntries(row.map(({ field, value }) => [field ?? '', value ?? ''])),
        );
        return { rows, scanned };
      }
      if (status !== 'Scheduled' && status !== 'Running') {
        throw new ToolError(`CloudWatch Logs ended the query ${queryId} with the status ${status}. Try again.`);
      }
    }
  } catch (error) {
    // Whoever goes away leaves no query running: it is billed by what it scans.
    if (abortSignal.aborted) await client.send(new StopQueryCommand({ queryId })).catch(() => {});
    throw error;
  }
}
