import { Writable } from 'node:stream';
import type { FunctionUrlEvent } from '../wire/event.ts';
import type { LambdaHandlerOptions } from './handler-options.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { LambdaStreamHandler } from './streamify-response.ts';

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
  handler(EVENT, Object.assign(stream, { setContentType() {} }), CONTEXT).catch(() => {});
}

const REQUEST_ID = '00000000-0000-0000-0000-000000000000';

const EVENT: FunctionUrlEvent = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
  requestContext: {
    accountId: 'anonymous',
    apiId: 'rehearsal',
    authentication: null,
    domainName: 'rehearsal.invalid',
    domainPrefix: 'rehearsal',
    http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'rehearsal' },
    requestId: REQUEST_ID,
    routeKey: '$default',
    stage: '$default',
    time: '01/Jan/1970:00:00:00 +0000',
    timeEpoch: 0,
  },
  body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  isBase64Encoded: false,
};

const CONTEXT: LambdaContext = {
  awsRequestId: REQUEST_ID,
  functionName: 'rehearsal',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'rehearsal',
  memoryLimitInMB: '128',
  logGroupName: 'rehearsal',
  logStreamName: 'rehearsal',
  getRemainingTimeInMillis: () => 60_000,
};
