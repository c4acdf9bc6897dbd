import { Writable } from 'node:stream';
import type { FunctionUrlEvent } from '../wire/event.ts';
import { requestToEvent } from '../wire/request-to-event.ts';
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
export function rehearse(makeHandler: (options: LambdaHandlerOptions) => LambdaStreamHandler): void {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const handler = makeHandler({ logger() {} });
  handler(pingEvent(), Object.assign(stream, { setContentType() {} }), CONTEXT).catch(() => {});
}

function pingEvent(): FunctionUrlEvent {
  return requestToEvent(
    {
      method: 'POST',
      target: '/',
      headers: [
        ['accept', 'application/json, text/event-stream'],
        ['content-type', 'application/json'],
      ],
      body: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'),
    },
    {
      requestId: CONTEXT.awsRequestId,
      accountId: 'anonymous',
      urlId: 'rehearsal',
      domainName: 'rehearsal.invalid',
      sourceIp: '127.0.0.1',
      time: new Date(0),
    },
  );
}

const CONTEXT: LambdaContext = {
  awsRequestId: '00000000-0000-0000-0000-000000000000',
  functionName: 'rehearsal',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'rehearsal',
  memoryLimitInMB: '128',
  logGroupName: 'rehearsal',
  logStreamName: 'rehearsal',
  getRemainingTimeInMillis: () => 60_000,
};
