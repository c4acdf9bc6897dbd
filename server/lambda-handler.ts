import type { FunctionUrlEvent } from '../wire/event.ts';
import type { LambdaResponseStream } from '../wire/response-stream.ts';
import type { HostInfo } from './handler-options.ts';
import type { LambdaContext } from './lambda-context.ts';

/** The function that AWS Lambda calls: `export const handler = …`. */
export type LambdaStreamHandler = (
  event: FunctionUrlEvent,
  responseStream: LambdaResponseStream,
  context: LambdaContext,
) => Promise<void>;

/** What `createLambdaHandler` makes: Lambda's handler, and the same server without its host beside it. */
export interface LambdaHandler extends LambdaStreamHandler {
  /**
   * Answers a request as the function would, wherever it runs. It logs the same line, once the response's body has been
   * read, or left.
   *
   * @param info what the host knows of the request; default: nothing, so that the caller is unknown
   */
  fetch(request: Request, info?: HostInfo): Promise<Response>;
}

/**
 * Marks a handler as one that streams its response. Outside Lambda, where the runtime's global is missing, the handler
 * stays a plain function of event, stream and context.
 *
 * Source: AWS Lambda Developer Guide, "Writing response streaming-enabled Lambda functions".
 */
export function streamifyResponse(handler: LambdaStreamHandler): LambdaStreamHandler {
  const { awslambda } = globalThis as {
    awslambda?: { streamifyResponse?(handler: LambdaStreamHandler): LambdaStreamHandler };
  };
  // Outside Lambda the AWS SDK makes a global of this name for itself.
  return awslambda?.streamifyResponse?.(handler) ?? handler;
}
