import type { Writable } from 'node:stream';
import {
  LambdaFunctionURLEventHandler,
  StdioServerAdapterRequestHandler,
  stdioServerAdapter,
} from '@aws/run-mcp-servers-with-aws-lambda';

type UrlEvent = Parameters<LambdaFunctionURLEventHandler['handle']>[0];
type Context = Parameters<LambdaFunctionURLEventHandler['handle']>[1];
declare const awslambda: {
  streamifyResponse<T>(handler: (event: UrlEvent, stream: Writable, context: Context) => Promise<T>): unknown;
  HttpResponseStream: { from(stream: Writable, prelude: unknown): Writable };
};

/** It stays where it is when this file is bundled. */
const server = { command: process.execPath, args: [process.env.AWSLABS_STDIO as string] };
const adapter = new LambdaFunctionURLEventHandler(new StdioServerAdapterRequestHandler(server));

/** Behind the URL. It is written for a buffered one; the local Lambda's streams, so the answer is written as it is. */
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const answer = await adapter.handle(event, context);
  const { statusCode = 200, headers, body = '' } = typeof answer === 'string' ? { body: answer } : answer;
  const response = awslambda.HttpResponseStream.from(stream, { statusCode, headers, cookies: [] });
  response.write(body || '\n');
  response.end();
});

/** Behind Invoke, where the event is the message itself. */
export const invoked = (message: Parameters<typeof stdioServerAdapter>[1], context: Context) =>
  stdioServerAdapter(server, message, context);
