import { isRecord } from './json.ts';

/**
 * The event that an API Gateway REST API hands to its function (payload format 1.0), as far as it is read here.
 *
 * Source: Amazon API Gateway Developer Guide, "Lambda proxy integrations in API Gateway", input format.
 */
export interface RestApiEvent {
  readonly resource: string;
  /** Without the stage. */
  readonly path: string;
  readonly httpMethod: string;
  /** Names as they were sent; of a repeated one the last value. */
  readonly headers: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>> | null;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  /** Decoded. */
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: RestApiRequestContext;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

export interface RestApiRequestContext {
  /** Of the API's owner. */
  readonly accountId: string;
  readonly apiId: string;
  /** What a Lambda authorizer said, flat, with `principalId`; of a Cognito authorizer `claims`. Absent under IAM. */
  readonly authorizer?: Readonly<Record<string, unknown>> | null;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  readonly identity: RestApiIdentity;
  /** With the stage. */
  readonly path: string;
  readonly protocol: string;
  /** Of the API, not of the invocation. */
  readonly requestId: string;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly stage: string;
}

/** Who called; all of IAM's are null where the method's authorization is another. */
export interface RestApiIdentity {
  readonly accessKey: string | null;
  readonly accountId: string | null;
  readonly caller: string | null;
  readonly principalOrgId?: string | null;
  readonly sourceIp: string;
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly userArn: string | null;
  readonly [more: string]: unknown;
}

/** Whether an event has the shape by which a payload 1.0 event is known. A load balancer's is nearly the same. */
export function isRestApiEvent(event: unknown): event is RestApiEvent {
  if (!isRecord(event) || typeof event.httpMethod !== 'string') return false;
  return isRecord(event.requestContext) && !('elb' in event.requestContext);
}
