import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_LOG_FIELDS, API_GATEWAY } from '../../wire/access-log.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';

export const ACCOUNT = '111122223333';
export const VICTIM = `arn:aws:sts::${ACCOUNT}:assumed-role/victim/run`;
export const MALLORY = `arn:aws:sts::${ACCOUNT}:assumed-role/mallory/run`;
/** When it all happened: an hour ago, by whole seconds. */
export const AT = Math.floor((Date.now() - 3_600_000) / 1000) * 1000;

/** A record of CloudTrail's. */
export function record(requestID: string, changed: object = {}): object {
  const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`;
  return {
    eventSource: 'lambda.amazonaws.com',
    eventName: 'InvokeFunctionUrl',
    eventTime: new Date(AT).toISOString(),
    userIdentity: { type: 'AssumedRole', arn: VICTIM, accountId: ACCOUNT, principalId: 'AROAVICTIM:run' },
    requestID,
    eventID: `event-${requestID}`,
    sourceIPAddress: '198.51.100.7',
    resources: [{ type: 'AWS::Lambda::Function', ARN }],
    ...changed,
  };
}

/** A record of a call that API Gateway made. */
export function apiRecord(requestID: string): object {
  return record(requestID, {
    ...{ eventName: 'Invoke', sourceIPAddress: API_GATEWAY },
    userIdentity: { type: 'AWSService', invokedBy: API_GATEWAY },
  });
}

/** A line of the access log, as API Gateway fills it in: what it is given it does not escape. */
export function accessLine(awsEndpointRequestId: string, changed: Readonly<Record<string, string>> = {}): string {
  const fields = Object.keys(ACCESS_LOG_FIELDS).map((name) => [name, '-']);
  const values = {
    ...Object.fromEntries(fields),
    ...{ requestId: `api-${awsEndpointRequestId}`, extendedRequestId: `own-${awsEndpointRequestId}=` },
    ...{ awsEndpointRequestId, requestTimeEpoch: String(AT), sourceIp: '198.51.100.7', status: '200' },
    ...changed,
  };
  return `{${Object.entries(values)
    .map(([name, value]) => `"${name}":"${value}"`)
    .join(',')}}`;
}

export function announcement(mark = 'genuine'): string {
  return JSON.stringify({ namespace: 'LambdaMcp', announces: mark, functionName: 'tools' });
}

/** A line of the server's. */
export function line(requestId: string, changed: object = {}): string {
  return JSON.stringify({
    ...{ requestId, functionName: 'tools', method: 'tools/call', tool: 'greet', caller: VICTIM },
    ...{ outcome: 'ok', status: 200, duration: 12, mark: 'genuine', errors: 0 },
    _aws: { Timestamp: AT + 500, CloudWatchMetrics: [{ Namespace: 'LambdaMcp' }] },
    ...changed,
  });
}

export const INIT = 'INIT_START Runtime Version: nodejs:24.v1';
export const start = (id: string) => `START RequestId: ${id} Version: $LATEST`;
export const report = (id: string, tail = '') =>
  `REPORT RequestId: ${id}\tDuration: 12.00 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB${tail}`;
/** All that Lambda and the server write of one invocation. */
export const invocation = (id: string, ...within: string[]) => [
  start(id),
  ...within,
  `END RequestId: ${id}`,
  report(id),
];

/** What is written to one stream, event by event. */
export type Streams = Readonly<Record<string, readonly string[]>>;

export interface Call {
  readonly requestId: string;
  readonly caller: string;
  readonly tool?: string;
  readonly outcome: string;
  readonly evidence: string;
  readonly endUser?: string;
  readonly note?: string;
}

export interface Audited {
  readonly calls: readonly Call[];
  readonly stderr: string;
  readonly code: number | null;
}

/** Forms in which a log comes out of CloudWatch, each of which tells where an event ends. */
export const FORMS = {
  'filter-log-events': (streams) => JSON.stringify({ events: eventsOf(streams).map(apiEvent) }, null, 2),
  'tail, detailed': (streams) =>
    eventsOf(streams)
      .map(({ time, stream, message }) => `${iso(time).replace('Z', '000+00:00')} ${stream} ${message}`)
      .join('\n'),
  'Insights results': (streams) =>
    JSON.stringify({
      status: 'Complete',
      results: eventsOf(streams)
        .toReversed()
        .map(({ time, stream, message }) => [
          { field: '@timestamp', value: iso(time).replace('T', ' ').replace('Z', '') },
          { field: '@logStream', value: stream },
          { field: '@message', value: `${message}\n` },
        ]),
    }),
  'Insights CSV': (streams) =>
    ['@timestamp,@message,@logStream']
      .concat(eventsOf(streams).map(({ time, stream, message }) => [iso(time), message, stream].map(csvCell).join(',')))
      .join('\n'),
} satisfies Record<string, (streams: Streams) => string>;

function eventsOf(streams: Streams) {
  return Object.entries(streams).flatMap(([stream, messages]) =>
    messages.map((message, at) => ({ stream: `2026/11/25/[$LATEST]${stream}`, message, time: AT + at })),
  );
}

function apiEvent({ time, stream, message }: ReturnType<typeof eventsOf>[number], at: number) {
  return {
    logStreamName: stream,
    timestamp: time,
    message: `${message}\n`,
    ingestionTime: time,
    eventId: `${stream}${at}`,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function csvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** What there is to read. */
export interface Read {
  readonly trail: readonly object[];
  readonly log: string;
  /** Of the REST API in front; undefined where there is none. */
  readonly access?: string | undefined;
}

/** What `lambda-mcp audit` makes of it. */
export async function audited({ trail, log, access }: Read, ...args: string[]): Promise<Audited> {
  const folder = mkdtempSync(join(tmpdir(), 'attack-'));
  try {
    const files = {
      trail: join(folder, 'trail.jsonl'),
      log: join(folder, 'function.log'),
      access: join(folder, 'access.log'),
    };
    writeFileSync(files.trail, trail.map((each) => `${JSON.stringify(each)}\n`).join(''));
    writeFileSync(files.log, log);
    if (access !== undefined) writeFileSync(files.access, access);
    const options = ['--trail', files.trail, '--log', files.log, '--json', '--all', ...args];
    if (access !== undefined) options.push('--access-log', files.access);
    const { stdout, stderr, code } = await runCli(['audit', ...options], { env: bareEnvironment });
    return { calls: JSON.parse(stdout || '[]'), stderr, code };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
