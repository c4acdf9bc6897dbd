import { ACCESS_LOG_FIELDS, type AccessLogField, NO_VALUE } from '../../wire/access-log.ts';
import { asRecord, isString } from '../../wire/json.ts';
import type { IncomingRequest } from '../http-io.ts';
import { callerArn } from '../iam/principal.ts';
import type { Admitted } from './rest-api-request.ts';

/** A request that was answered. */
export interface AccessedRequest {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Undefined where no invocation began. */
  readonly invocationId: string | undefined;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly incoming: IncomingRequest | undefined;
  /** Undefined for whom nobody let in. */
  readonly admitted: Admitted | undefined;
  readonly status: number;
  readonly bytes: number;
  readonly errorType: string | undefined;
}

/** The stage's line of a request, in the format that `McpRestApi` sets. */
export function accessLogLine({ incoming, admitted = {}, ...request }: AccessedRequest): string {
  const { caller, authorizer } = admitted;
  const { sub } = asRecord(authorizer?.claims);
  const values: Partial<Record<AccessLogField, unknown>> = {
    requestId: request.requestId,
    extendedRequestId: request.extendedRequestId,
    awsEndpointRequestId: request.invocationId,
    requestTimeEpoch: request.began,
    sourceIp: incoming?.sourceIp,
    userArn: caller && callerArn(caller.principal),
    accountId: caller?.principal.accountId,
    principalId: isString(authorizer?.principalId) ? authorizer.principalId : undefined,
    subject: isString(sub) ? sub : undefined,
    httpMethod: incoming?.method,
    path: incoming?.target.split('?')[0],
    status: request.status,
    errorType: request.errorType && responseType(request.errorType),
    responseLength: request.bytes,
    responseLatency: Date.now() - request.began,
  };
  const fields = Object.keys(ACCESS_LOG_FIELDS) as AccessLogField[];
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, String(values[field] ?? NO_VALUE)])));
}

/** `ACCESS_DENIED` for `AccessDeniedException`: of gateway responses the log tells the type. */
function responseType(errorType: string): string {
  const known = { RequestEntityTooLargeException: 'REQUEST_TOO_LARGE' }[errorType];
  return (
    known ??
    errorType
      .replace(/Exception$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
      .toUpperCase()
  );
}
