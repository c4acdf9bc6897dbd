import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const ACCOUNT = '111122223333';
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`;
const NAMESPACE = 'LambdaMcp';
const ROLES = 25;
const SESSIONS = 200;
const TOOLS = 40;
/** Environments that serve at once; each has a mark. */
const ENVIRONMENTS = 50;
const SPAN = 7 * 24 * 3_600_000;

export interface DaysToWrite {
  readonly calls: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly trailFile: string;
  readonly logFile: string;
  /**
   * Whether the lines carry their environment's mark.
   * @default true
   */
  readonly marked?: boolean;
}

/**
 * Writes a week of calls as CloudTrail records them, JSON lines, and as the function's log has them, with Lambda's own lines
 * around each.
 */
export async function writeDays({ calls, end, trailFile, logFile, marked = true }: DaysToWrite): Promise<void> {
  const trail = createWriteStream(trailFile);
  const log = createWriteStream(logFile);
  const marks = Array.from({ length: ENVIRONMENTS }, () => randomUUID());
  for (const mark of marked ? marks : []) {
    log.write('INIT_START Runtime Version: nodejs:24.v1\n');
    log.write(`${JSON.stringify({ namespace: NAMESPACE, announces: mark, functionName: 'tools' })}\n`);
  }
  for (let call = 0; call < calls; call += 1) {
    const time = Math.floor(end - SPAN + (SPAN * call) / calls);
    const requestId = randomUUID();
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/agent-${call % ROLES}/session-${(call * 7) % SESSIONS}`;
    const written = [
      trail.write(`${JSON.stringify(recordOf(requestId, arn, time, call))}\n`),
      log.write(linesOf(requestId, arn, time, call, marked ? marks[call % ENVIRONMENTS] : undefined)),
    ];
    if (written.includes(false))
      await Promise.all([trail, log].map((stream) => stream.writableNeedDrain && once(stream, 'drain')));
  }
  await Promise.all([trail, log].map((stream) => new Promise<void>((done) => stream.end(done))));
}

function recordOf(requestID: string, arn: string, time: number, call: number): object {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', principalId: `AROA${call % ROLES}:s`, arn, accountId: ACCOUNT },
    eventTime: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: 'lambda.amazonaws.com',
    eventName: 'InvokeFunctionUrl',
    awsRegion: 'us-east-1',
    sourceIPAddress: `10.0.${call % ROLES}.${call % 200}`,
    userAgent: 'node',
    requestParameters: { functionName: FUNCTION_ARN },
    responseElements: null,
    requestID,
    eventID: randomUUID(),
    readOnly: false,
    resources: [{ accountId: ACCOUNT, type: 'AWS::Lambda::Function', ARN: FUNCTION_ARN }],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Data',
  };
}

function linesOf(requestId: string, caller: string, time: number, call: number, mark: string | undefined): string {
  const duration = 20 + (call % 97);
  const line = {
    ...{ requestId, functionName: 'tools', method: 'tools/call', tool: `tool_${call % TOOLS}`, caller, status: 200 },
    ...{ outcome: call % 50 === 0 ? 'tool_error' : 'ok', duration, bytesIn: 300, bytesOut: 200 + (call % 4000) },
    ...{
      traceId: `1-${requestId.slice(0, 8)}-${requestId.slice(24)}${requestId.slice(9, 13)}`,
      protocolVersion: '2026-07-28',
    },
    ...{ mark, errors: 0, _aws: { Timestamp: time + duration, CloudWatchMetrics: [{ Namespace: NAMESPACE }] } },
  };
  return [
    `START RequestId: ${requestId} Version: $LATEST`,
    JSON.stringify(line),
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${duration}.00 ms\tBilled Duration: ${duration} ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB`,
    '',
  ].join('\n');
}
