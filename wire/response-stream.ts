import type { Writable } from 'node:stream';

/**
 * The writable that Lambda hands to a `streamifyResponse` handler.
 *
 * Source: AWS Lambda Developer Guide, "Response streaming for Lambda functions".
 */
export interface LambdaResponseStream extends Writable {
  setContentType(contentType: string): void;
}

/** What stands before the body when a streamed response carries its own status and headers. */
export interface ResponsePrelude {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie` values, one an entry. */
  readonly cookies: readonly string[];
}

/** The content type that announces a prelude. */
export const HTTP_INTEGRATION_CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response';

/** Number of NUL bytes between the prelude's JSON and the body. */
export const PRELUDE_DELIMITER_LENGTH = 8;

/** What to say where a handler that streams is called without a stream. */
export const LOST_MARK =
  'The handler was called without a response stream: what wraps it has lost the mark that createLambdaHandler gave it, so ' +
  'Lambda does not stream. Wrap it so: export const handler = awslambda.streamifyResponse(async (event, responseStream, ' +
  'context) => { await server(event, responseStream, context); }). Middleware that calls a handler without the stream, ' +
  'such as middy, cannot wrap a streaming one.';
