import type { FunctionUrlEvent } from '../wire/event.ts';
import type { LambdaResponseStream } from '../wire/response-stream.ts';
import type { LambdaContext } from './lambda-context.ts';

/** The function that AWS Lambda calls: `export const handler = …`. */
export type LambdaStreamHandler = (
  event: FunctionUrlEvent,
  responseStream: LambdaResponseStream,
  context: LambdaContext,
) => Promise<void>;

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
