import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CredentialsError } from '../../transport/errors.ts';
import { parseJson } from '../../wire/json.ts';
import { awsClientConfig } from '../aws-client.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { TargetOptions } from '../target-options.ts';
import { type LogEntry, readLogEntry } from './log-entry.ts';
import { readTrailEvent, type TrailEvent } from './trail-event.ts';

export interface LogGroups {
  /** Names or ARNs. */
  readonly trail: string;
  readonly function: string;
  /** Without account and qualifier. */
  readonly functionName: string;
}

export interface TimeRange {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The two sides of a call lie apart by its length and by CloudTrail's delay; milliseconds. */
const MARGIN = 16 * 60_000;

/**
 * Reads both sides from CloudWatch Logs, each with some minutes to spare so that calls at the edges find their other
 * side.
 *
 * @param progress takes what has been read so far
 * @throws CommandError when AWS refuses, or a log group does not exist
 */
export async function readLogGroups(
  groups: LogGroups,
  range: TimeRange,
  region: string | undefined,
  options: TargetOptions,
  progress: (text: string) => void,
): Promise<{ events: TrailEvent[]; entries: LogEntry[] }> {
  const client = await createClient(region, options);
  const wider = { since: range.since - MARGIN, until: range.until + MARGIN };
  const events = new Map<string, TrailEvent>();
  const entries: LogEntry[] = [];
  try {
    const name = `"*${groups.functionName}*"`;
    // AWS documents neither field for calls of a function URL.
    const ours = `{ ($.resources[0].ARN = ${name}) || ($.requestParameters.functionName = ${name}) }`;
    for await (const { message } of filterEvents(client, groups.trail, ours, wider, progress)) {
      const event = readTrailEvent(parseJson(message));
      if (event) events.set(event.eventId, event);
    }
    // Either log format; the function's own chatter stays where it is.
    const messages = '?outcome ?REPORT ?"platform.report"';
    for await (const { message, timestamp } of filterEvents(client, groups.function, messages, wider, progress)) {
      const entry = readLogEntry(message, timestamp);
      if (entry) entries.push(entry);
    }
  } finally {
    client.destroy();
  }
  return { events: [...events.values()], entries };
}

async function* filterEvents(
  client: CloudWatchLogsClient,
  group: string,
  filterPattern: string,
  { since, until }: TimeRange,
  progress: (text: string) => void,
): AsyncGenerator<{ message: string; timestamp: number | undefined }, void> {
  const { FilterLogEventsCommand } = await loadSdk();
  const named = group.startsWith('arn:') ? { logGroupIdentifier: group.replace(/:\*$/, '') } : { logGroupName: group };
  let nextToken: string | undefined;
  let count = 0;
  do {
    progress(`Reading ${group}: ${count} events`);
    const input = { ...named, filterPattern, startTime: Math.floor(since), endTime: Math.ceil(until) };
    const page = await client
      .send(new FilterLogEventsCommand({ ...input, ...(nextToken && { nextToken }) }))
      .catch((error: unknown) => {
        throw explained(error, group);
      });
    for (const { message, timestamp } of page.events ?? []) if (message) yield { message, timestamp };
    count += page.events?.length ?? 0;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

async function createClient(named: string | undefined, options: TargetOptions): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient } = await loadSdk();
  return new CloudWatchLogsClient(await awsClientConfig(options, named, 60_000));
}

/** CloudWatch Logs answers 400 to everything. */
function explained(error: unknown, group: string): unknown {
  if (error instanceof CredentialsError) return error;
  const { name, message } = error as Error;
  if (name === 'ResourceNotFoundException') {
    const advice = 'Its name is what --log-group and --trail-group say; see also --region.';
    return new CommandError(`There is no log group ${group}. ${advice}`, ExitCode.unreachable, { cause: error });
  }
  if (/^AccessDenied/.test(name)) {
    const needs = `You need logs:FilterLogEvents on ${group}.`;
    return new CommandError(`AWS refused the request. It says: ${message} ${needs}`, ExitCode.refused, {
      cause: error,
    });
  }
  if (/^(?:UnrecognizedClient|ExpiredToken|InvalidSignature|InvalidClientTokenId)/.test(name)) {
    const advice = 'Sign in again, for instance with `aws sso login`.';
    return new CommandError(
      `AWS does not take these credentials. It says: ${message} ${advice}`,
      ExitCode.credentials,
      {
        cause: error,
      },
    );
  }
  return error;
}

/** An optional peer: who only calls servers has no use for it. */
async function loadSdk() {
  return import('@aws-sdk/client-cloudwatch-logs').catch(() => {
    const advice = 'npm install @aws-sdk/client-cloudwatch-logs';
    throw new CommandError(`Reading log groups needs a package that is not installed: ${advice}`, ExitCode.failed);
  });
}
