import { logBetween, readSteps, viaUrl } from '../observe.ts';
import type { Case, Group } from './case.ts';

const entry = 'functions/server.ts';
const CALLER = 'arn:aws:sts::111122223333:assumed-role/caller/local';
const headers = { 'content-type': 'application/json' };
const request = { headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'test' }) };
const notification = { headers, body: JSON.stringify({ jsonrpc: '2.0', method: 'test' }) };

const url = (name: string, path: string, init: RequestInit, expected: string): Case => ({
  name,
  expected,
  observe: (lambda) => viaUrl(lambda, path, init),
});

/** An answer that the handler gives in the server's place. */
const error = (code: number, message: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message } });
const event = (answer: string) => `⏎event: incomplete⏎⏎event: message⏎data: ${answer}⏎⏎`;
const INTERNAL_ERROR = error(-32603, 'Internal error');
const TOO_LATE = error(-32001, "The call was stopped after N s, 500 ms before the function's time-out.");

/** Servers behind `createLambdaHandler` of `lambda-mcp/server/fetch`. */
export const server: readonly Group[] = [
  {
    title: 'A server behind createLambdaHandler',
    entry,
    // As McpFunction deploys it.
    environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON' },
    cases: [
      url('202 without a body', '/accepted', notification, '202 no type: ⏎'),
      url('204 without a body', '/no-content', notification, '204 no type: nothing'),
      url('200 with an empty body', '/empty-text', notification, '200 text/plain: ⏎'),
      url('cookies', '/cookies', notification, '201 text/plain: x, a=1; Path=/, b=2'),
      url('is told who calls', '/caller', notification, `200 text/plain: ${CALLER}`),
      url('20 MB of events', '/large', notification, '200 text/event-stream: 20971520 bytes (SHA-256 6b01…)'),
      {
        name: 'events, one by one',
        expected: '1, 2, 3: each before the next was written',
        observe: (lambda) => readSteps(lambda, '/steps', request),
      },
      url('throws', '/throw', request, `500 application/json: ${INTERNAL_ERROR}`),
      url('breaks off', '/throw-mid', request, `200 text/event-stream: : begun⏎⏎${event(INTERNAL_ERROR)}`),
      url('ends without an answer', '/silent', request, `200 text/event-stream: ${event(INTERNAL_ERROR)}`),
      {
        name: 'its log line is not wrapped by the JSON log format',
        expected: `notifications/marked by ${CALLER}, metrics for LambdaMcp`,
        async observe(lambda) {
          const marked = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/marked' });
          await viaUrl(lambda, '/mark', { headers, body: marked });
          const [line = ''] = await logBetween(lambda, 'mark', '_aws');
          const { method, caller, _aws } = JSON.parse(line);
          return `${method} by ${caller}, metrics for ${_aws.CloudWatchMetrics[0].Namespace}`;
        },
      },
    ],
  },
  {
    title: 'That server with a time-out of 2 seconds',
    entry,
    timeout: 2000,
    cases: [
      url('never answers', '/never', request, `200 application/json: ${TOO_LATE}`),
      url('never ends', '/never-ends', request, `200 text/event-stream: : begun⏎⏎${event(TOO_LATE)}`),
    ],
  },
];
