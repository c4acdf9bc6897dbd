import type { Answer } from '../wire/answer.ts';
import { type CallRecord, outcomeOf } from '../wire/call-record.ts';
import type { Admission } from './admit-request.ts';
import type { AuthInfo } from './auth.ts';
import type { Caller } from './caller.ts';
import { JsonRpcErrorCode } from './json-rpc.ts';
import type { LambdaContext } from './lambda-context.ts';
import { bounded } from './log-text.ts';
import { traceContextOf, xRayTraceIdOf } from './trace-context.ts';

/** A call that has come to its end. */
interface EndedCall extends Pick<CallRecord, 'status' | 'bytesIn' | 'bytesOut'> {
  readonly caller: Caller | undefined;
  readonly authInfo?: AuthInfo | undefined;
  readonly endUser?: string | undefined;
  readonly endUserIgnored?: boolean;
  /** Undefined when it was refused. */
  readonly admission: Admission | undefined;
  readonly answer: Answer | 'unknown' | undefined;
  /** Whether the body came to its end. */
  readonly complete: boolean;
  /** Whether the function's time was up. */
  readonly isLate: boolean;
}

/** Longest ARN of a caller that is kept: a host, or an event that is believed, may state any; characters. */
const MAX_ARN_LENGTH = 2048;

/** Begins a call's record: what the process knows of this invocation now, it may know of another one later. */
export function startRecord(lambda: LambdaContext): (call: EndedCall) => CallRecord {
  const started = performance.now();
  const xRay = xRayTraceIdOf(lambda);
  return ({
    caller,
    authInfo,
    endUser,
    endUserIgnored,
    bytesIn,
    admission,
    status,
    answer,
    bytesOut,
    complete,
    isLate,
  }) => {
    const isRequest = admission?.id !== undefined;
    const { traceId, spanId } = traceContextOf(admission?.trace, xRay);
    const isTimeout = isLate && (isRequest ? !answer : !complete);
    return {
      requestId: lambda.awsRequestId,
      functionName: lambda.functionName,
      method: admission?.method,
      tool: admission?.tool,
      caller: bounded(caller?.arn, MAX_ARN_LENGTH) ?? 'unverified',
      tokenUser: bounded(authInfo?.user),
      tokenClient: bounded(authInfo?.clientId),
      endUser,
      endUserIgnored: endUserIgnored || undefined,
      status,
      ...(isTimeout
        ? { outcome: 'timeout', errorCode: JsonRpcErrorCode.requestTimeout }
        : outcomeOf(status, answer, isRequest || !complete)),
      duration: Math.round((performance.now() - started) * 1000) / 1000,
      bytesIn,
      bytesOut,
      traceId: bounded(traceId),
      spanId,
      tenantId: lambda.tenantId,
      protocolVersion: admission?.protocolVersion,
    };
  };
}
