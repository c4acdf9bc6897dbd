import { asRecord, isString, parseJson } from '../../wire/json.ts';
import { InvalidPreludeError } from '../../wire/read-response.ts';
import { TransportError } from '../errors.ts';

/** An invocation whose response stream ended before AWS said that it was complete. */
export class InvocationCutOff extends TransportError {
  override readonly name = 'InvocationCutOff';
}

/** A function that failed while it ran, as the end of its response stream tells. */
export class FunctionFailure extends TransportError {
  override readonly name = 'FunctionFailure';
  readonly errorType: string;

  /** @param details JSON, which also holds a stack trace: that stays behind; or a text */
  constructor(errorCode: string, details: string | undefined) {
    const { errorType, errorMessage } = asRecord(parseJson(String(details)) ?? { errorMessage: details });
    super(isString(errorMessage) ? errorMessage : `The function failed (${errorCode}).`);
    this.errorType = isString(errorType) ? errorType : errorCode;
  }
}

/**
 * What went wrong with an invocation, as the HTTP response that a function URL would have given; undefined for what is
 * no answer of Lambda's, such as a network error.
 */
export function invocationErrorResponse(error: unknown): Response | undefined {
  if (error instanceof FunctionFailure) return failed(error.errorType, error.message);
  if (error instanceof InvocationCutOff) return failed(error.name, error.message);
  if (error instanceof InvalidPreludeError) {
    return failed('InvalidResponse', `${error.message} Is its handler made by createLambdaHandler?`);
  }
  const { name, message, $metadata, $response, retryAfterSeconds } = error as ServiceError;
  const date = $response?.headers?.date;
  const status = $metadata?.httpStatusCode;
  if (status === undefined || status < 400) return undefined;
  return Response.json(
    { Message: message },
    {
      status,
      headers: {
        'x-amzn-errortype': name,
        ...($metadata?.requestId && { 'x-amzn-requestid': $metadata.requestId }),
        ...(retryAfterSeconds && { 'retry-after': retryAfterSeconds }),
        // By which a clock that made the signature stale is set right.
        ...(date && { date }),
      },
    },
  );
}

/** As the AWS SDK's exceptions are shaped. */
interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly retryAfterSeconds?: string;
}

function failed(errorType: string, errorMessage: string): Response {
  return Response.json({ errorType, errorMessage }, { status: 502 });
}
