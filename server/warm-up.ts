import { Writable } from 'node:stream';
import type { FunctionUrlEvent } from '../wire/event.ts';
import type { LambdaHandlerOptions } from './handler-options.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { LambdaStreamHandler } from './lambda-handler.ts';

/**
 * Has a handler answer one `ping` that nobody sent, so that what every first answer needs is loaded, built and
 * compiled in the init phase: Node's own `Request` and `Response` alone take about as long to load as Node takes to start.
 *
 * The handler is one of a server of ours: no code of the user's runs, nothing is logged, and nobody waits for it.
 *
 * Source: Serverless Land, "Utilize initialization phase": init runs on a full vCPU, an invocation on the memory's share.
 */
export function warmUp(makeHandler: (options: LambdaHandlerOptions) => LambdaStreamHandler): void {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const handler = makeHandler({ logger() {} });
  handler(PING as FunctionUrlEvent, Object.assign(stream, { setContentType() {} }), CONTEXT as LambdaContext).catch(
    () => {},
  );
}

/** As much of an event, and of a context, as the handler reads. */
const PING: Partial<FunctionUrlEvent> = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
  requestContext: { requestId: '', domainName: 'warm-up.invalid', http: { method: 'POST' } } as never,
  body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  isBase64Encoded: false,
};
const CONTEXT: Partial<LambdaContext> = { awsRequestId: '', functionName: '', getRemainingTimeInMillis: () => 60_000 };
