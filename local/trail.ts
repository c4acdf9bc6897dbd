import { randomUUID } from 'node:crypto';
import { API_GATEWAY } from '../wire/access-log.ts';
import type { IncomingRequest } from './http-io.ts';
import type { AccessDecision } from './iam/decide.ts';
import { callerArn, callerId } from './iam/principal.ts';
import type { LocalFunction } from './local-function.ts';
import type { PrincipalKey } from './principals.ts';

/** A call of the function's, as CloudTrail records it among data events. */
export interface DataEvent {
  /** `InvokeFunctionUrl` through the function URL, `Invoke` through the Lambda API. */
  readonly eventName: 'Invoke' | 'InvokeFunctionUrl';
  readonly requestId: string;
  readonly caller: PrincipalKey;
  readonly incoming: IncomingRequest;
  /** As called, with its qualifier. */
  readonly functionArn: string;
  /** What was refused, and why. */
  readonly denied?: { readonly action: string; readonly decision: AccessDecision };
}

/** Where data events go. */
export interface Trail {
  record(event: DataEvent): void;
  /** Records that API Gateway called the function: for whom, CloudTrail does not say. */
  recordApi(requestId: string): void;
}

/** A trail of one line of JSON for each data event. */
export function createTrail(fn: LocalFunction, write: (line: string) => void): Trail {
  return {
    record: (event) => {
      const { caller, incoming, denied, functionArn } = event;
      const identity = userIdentity(caller, fn.accountId);
      const from = { sourceIPAddress: incoming.sourceIp, userAgent: incoming.header('user-agent') ?? null };
      const why = denied && denialMessage(caller, denied.action, functionArn, denied.decision);
      write(JSON.stringify(toTrailRecord(fn, event, { userIdentity: identity, ...from }, why)));
    },
    recordApi: (requestId) => {
      const event = { eventName: 'Invoke', requestId, functionArn: fn.arn } as const;
      const userIdentity = { type: 'AWSService', invokedBy: API_GATEWAY };
      write(
        JSON.stringify(
          toTrailRecord(fn, event, { userIdentity, sourceIPAddress: API_GATEWAY, userAgent: API_GATEWAY }),
        ),
      );
    },
  };
}

/**
 * A data event as CloudTrail writes it.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element". No published record of a
 * function URL call was found: its fields follow those of other data events; nor of a call by API Gateway, which follow
 * those of other services.
 */
function toTrailRecord(
  { accountId, region }: LocalFunction,
  event: Pick<DataEvent, 'eventName' | 'requestId' | 'functionArn'>,
  who: Record<'userIdentity' | 'sourceIPAddress' | 'userAgent', unknown>,
  denial?: string,
): Record<string, unknown> {
  const { userIdentity, ...from } = who;
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: 'lambda.amazonaws.com',
    eventName: event.eventName,
    awsRegion: region,
    ...from,
    ...(denial !== undefined && { errorCode: 'AccessDenied', errorMessage: denial }),
    requestParameters: { functionName: event.functionArn },
    responseElements: null,
    requestID: event.requestId,
    eventID: randomUUID(),
    readOnly: false,
    resources: [{ accountId, type: 'AWS::Lambda::Function', ARN: event.functionArn }],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: accountId,
    eventCategory: 'Data',
  };
}

/** What AWS tells a caller whom it refuses. */
export function denialMessage(
  { principal }: PrincipalKey,
  action: string,
  resource: string,
  { reason }: AccessDecision,
): string {
  return `User: ${callerArn(principal)} is not authorized to perform: ${action} on resource: ${resource} because ${reason}`;
}

function userIdentity({ principal, accessKeyId }: PrincipalKey, recipientAccountId: string): Record<string, unknown> {
  const { accountId, arn, uniqueId } = principal;
  const known = { principalId: callerId(principal), accountId };
  // To another account CloudTrail names no ARN.
  if (accountId !== recipientAccountId) return { type: 'AWSAccount', ...known };
  const identity = { ...known, arn: callerArn(principal), accessKeyId };
  const userName = arn.slice(arn.lastIndexOf('/') + 1);
  if (!principal.sessionArn) return { type: 'IAMUser', ...identity, userName };
  return {
    type: 'AssumedRole',
    ...identity,
    sessionContext: { sessionIssuer: { type: 'Role', principalId: uniqueId, arn, accountId, userName } },
  };
}
