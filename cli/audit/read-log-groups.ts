import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CredentialsError } from '../../transport/errors.ts';
import { parseJson } from '../../wire/json.ts';
import { awsClientConfig } from '../aws-client.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { TargetOptions } from '../target-options.ts';
import type { AccessRecords } from './access-records.ts';
import type { LogBelief } from './believe-log.ts';
import type { LogEvent } from './log-entry.ts';
import type { TrailRecords } from './trail-records.ts';

export interface LogGroups {
  /** Names or ARNs; undefined for a side that is read elsewhere. */
  readonly trail: string | undefined;
  readonly function: string | undefined;
  /** Of REST APIs. */
  readonly access: readonly string[];
  /** Without account and qualifier. */
  readonly functionName: string;
}

export interface TimeRange {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Where what is found goes. */
export interface Into {
  readonly records: TrailRecords;
  readonly belief: LogBelief;
  readonly access: AccessRecords;
  /** Takes what has been read so far. */
  progress(text: string): void;
}

/** The two sides of a call lie apart by its length and by CloudTrail's delay; milliseconds. */
const MARGIN = 16 * 60_000;
/** How long an environment may have been running when it takes a call; milliseconds. */
const OLDEST_ENVIRONMENT = 24 * 3_600_000;

/** Either log format; the function's own chatter stays where it is. */
const ENTRIES =
  '?announces ?outcome ?START ?REPORT ?INIT_START ?INIT_REPORT ?"Task timed out" ?"Error: Runtime" ' +
  '?"platform.start" ?"platform.report" ?"platform.initStart" ?"platform.initReport" ?"platform.initRuntimeDone"';

/**
 * Reads CloudWatch Logs, with some minutes to spare so that calls at the edges find their other side, and of the
 * function's log the day before too, for the marks that its environments announced.
 *
 * @throws CommandError when AWS refuses, or a log group does not exist
 */
export async function readLogGroups(
  groups: LogGroups,
  range: TimeRange,
  region: string | undefined,
  options: TargetOptions,
  { records, belief, access, progress }: Into,
): Promise<void> {
  const client = await createClient(region, options);
  const wider = { since: range.since - MARGIN, until: range.until + MARGIN };
  try {
    if (groups.trail !== undefined) {
      const name = `"*${groups.functionName}*"`;
      // AWS documents neither field for calls of a function URL.
      const ours = `{ ($.resources[0].ARN = ${name}) || ($.requestParameters.functionName = ${name}) }`;
      for await (const { message } of filterEvents(client, groups.trail, ours, wider, progress)) {
        records.take(parseJson(message));
      }
    }
    if (groups.function !== undefined) {
      const earlier = { since: wider.since - OLDEST_ENVIRONMENT, until: wider.since - 1 };
      for await (const event of filterEvents(client, groups.function, '?announces', earlier, progress)) {
        belief.takeEarlier(event);
      }
      for await (const event of filterEvents(client, groups.function, ENTRIES, wider, progress)) belief.take(event);
    }
    for (const group of groups.access) {
      for await (const event of filterEvents(client, group, 'awsEndpointRequestId', wider, progress))
        access.take(event);
    }
  } finally {
    client.destroy();
  }
}

async function* filterEvents(
  client: CloudWatchLogsClient,
  group: string,
  filterPattern: string,
  { since, until }: TimeRange,
  progress: (text: string) => void,
): AsyncGenerator<LogEvent, void> {
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
    for (const { message, timestamp: time, logStreamName: stream } of page.events ?? []) {
      if (message) yield { message: message.trimEnd(), time, stream };
    }
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
    const advice = 'Its name is what --log-group, --trail-group and --access-log-group say; see also --region.';
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
