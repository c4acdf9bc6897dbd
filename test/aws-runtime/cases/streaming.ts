import { setTimeout as sleep } from 'node:timers/promises';
import { contents, newPath } from '../../support/scratch.ts';
import { logBetween, normalize, readSteps, send, viaInvoke, viaUrl } from '../observe.ts';
import type { Case, Group } from './case.ts';

const entry = 'functions/streaming.ts';
const MB = 1024 * 1024;
const DIED = 'Runtime.ExitError: RequestId: ID Error: Runtime exited with error: exit status';
const TIMED_OUT = 'Sandbox.Timedout: RequestId: ID Error: Task timed out after 2.00 seconds';

/** By the function URL: status and headers. */
const url = (name: string, path: string, expected: string, init?: RequestInit): Case => ({
  name,
  expected,
  observe: (lambda) => viaUrl(lambda, path, init),
});

/** By the Invoke API: bytes as written, and the error's name. */
const raw = (name: string, path: string, expected: string): Case => ({
  name,
  expected,
  observe: (lambda) => viaInvoke(lambda, path),
});

const chunks: Group = {
  title: 'A streaming handler writes',
  entry,
  cases: [
    {
      name: 'chunk by chunk',
      expected: '1, 2, 3: each before the next was written',
      observe: (lambda) => readSteps(lambda, '/steps'),
    },
    url('20 MB', '/large', '200 application/octet-stream: 20971520 bytes (SHA-256 6b01…)'),
    {
      name: '100 MB, to a caller who does not read at first',
      expected: 'the handler waits, then 104857600 bytes',
      async observe(lambda) {
        const file = newPath();
        const response = await send(lambda, `/flood?file=${encodeURIComponent(file)}`);
        await sleep(500);
        const waits = contents(file) === '' ? 'waits' : 'has written all';
        let bytes = 0;
        for await (const chunk of response.body ?? []) bytes += chunk.byteLength;
        return `the handler ${waits}, then ${bytes} bytes`;
      },
    },
    {
      name: '100 MB, to a caller who hangs up',
      expected: 'the handler writes to its end',
      async observe(lambda) {
        const file = newPath();
        const response = await send(lambda, `/flood?file=${encodeURIComponent(file)}`);
        for await (const _ of response.body ?? []) break;
        while (contents(file) === '') await sleep(20);
        return 'the handler writes to its end';
      },
    },
    url('status, headers and cookies: from(), then write()', '/prelude', '201 text/plain: body, a=1; Path=/, b=2'),
    raw("from(), write(''), end()", '/empty-write', '{"statusCode":202} NUL×8 '),
    raw('from(), end(): no prelude', '/end-only', 'nothing'),
    raw("from(), end('x'): no prelude", '/end-text', 'x'),
    url('setContentType()', '/typed', '200 text/x-test: x'),
    url('no content type', '/untyped', '200 application/octet-stream: x'),
    url('end() alone', '/nothing', '200 application/octet-stream: nothing'),
    raw(
      'setContentType() after write()',
      '/typed-late',
      'x, then Runtime.InvalidStreamingOperation: Cannot set content-type, too late.',
    ),
    raw('objects, arrays, numbers', '/objects', '{"a":1}[2]3true'),
    raw('buffers, views, encodings', '/bytes', 'view!ä'),
    raw('write(null)', '/null', "TypeError: Cannot read properties of null (reading 'length')"),
    raw(
      'end({})',
      '/end-object',
      'TypeError: The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received an instance of Object',
    ),
    raw('with callbacks', '/callbacks', 'written;ended'),
    raw('Readable.pipe()', '/pipe', 'ab'),
    raw('pipeline()', '/pipeline', 'ab'),
    raw('finished()', '/finished', 'x'),
    raw('Writable.toWeb()', '/to-web', 'x'),
    raw('stream instanceof Writable', '/is-writable', 'false'),
    raw('members that a Writable has', '/members', '[]'),
    raw('writableHighWaterMark', '/high-water-mark', '65536'),
  ],
};

const failures: Group = {
  title: 'A streaming handler that fails',
  entry,
  cases: [
    raw("writes after end(), in an environment's first call", '/write-late', `${DIED} 1`),
    raw('throws before the first byte', '/throw', 'OwnError: no good'),
    url('throws before the first byte (URL)', '/throw', '502 text/plain: Internal Server Error'),
    raw('throws in mid-stream', '/throw-mid', 'partial, then OwnError: no good'),
    url('throws in mid-stream (URL)', '/throw-mid', '200 application/octet-stream: partial, broken off'),
    raw('throws after end()', '/throw-end', 'whole'),
    raw('throws a string', '/throw-text', 'string: just text'),
    raw('throws undefined', '/throw-nothing', 'undefined: undefined'),
    raw('throws a message with a DEL character', '/throw-del', 'Error: a %7F b'),
    raw('throws, not being async', '/synchronous-throw', 'OwnError: no good'),
    raw('is not async', '/synchronous', 'x'),
    raw('returns a value', '/value', 'x'),
    raw('writes after end()', '/write-late', 'whole'),
    raw('writes a while after end()', '/write-much-later', 'whole'),
    raw('destroys its stream', '/destroy', `partial, then ${DIED} 1`),
    raw('destroys its stream with an error', '/destroy-error', `partial, then ${DIED} 1`),
    raw('exits', '/exit', `${DIED} 7`),
    raw(
      'exits in mid-stream',
      '/exit-mid',
      'partial, then Runtime.ExitError: RequestId: ID Error: Runtime exited without providing a reason',
    ),
    raw('throws where nobody catches', '/uncaught', `${DIED} 1`),
    raw('leaves a rejection unhandled', '/rejection', `${DIED} 1`),
  ],
};

const endless: Group = {
  title: 'A streaming handler with a time-out of 2 seconds',
  entry,
  timeout: 2000,
  cases: [
    raw('never calls end()', '/never-ends', `partial, then ${TIMED_OUT}`),
    url('never calls end() (URL)', '/never-ends', '200 application/octet-stream: partial, broken off'),
    raw('never gives the event loop back', '/loop', TIMED_OUT),
    raw('never settles after end()', '/never-settles', 'whole'),
  ],
};

const environment: Group = {
  title: 'The environment of a handler',
  entry,
  cases: [
    {
      name: 'is used again: a variable counts the calls',
      expected: '1, 2, 3',
      async observe(lambda) {
        const call = () => viaInvoke(lambda, '/count');
        return [await call(), await call(), await call()].join(', ');
      },
    },
    {
      name: 'outlives an error that was thrown',
      expected: 'OwnError: no good, then 4',
      async observe(lambda) {
        return `${await viaInvoke(lambda, '/throw')}, then ${await viaInvoke(lambda, '/count')}`;
      },
    },
    {
      name: 'does not outlive process.exit()',
      expected: `${DIED} 7, then 1`,
      async observe(lambda) {
        return `${await viaInvoke(lambda, '/exit')}, then ${await viaInvoke(lambda, '/count')}`;
      },
    },
    url('gets a body of 5 MB', '/length', `200 application/octet-stream: ${5 * MB}`, { body: 'a'.repeat(5 * MB) }),
    url(
      "has the request's id and the rest in its context",
      '/context',
      '200 application/octet-stream: [true,"clientContext","identity","invokedFunctionArn","awsRequestId","tenantId","xRayTraceId","getRemainingTimeInMillis","functionName","functionVersion","memoryLimitInMB","logGroupName","logStreamName"]',
    ),
    {
      name: 'getRemainingTimeInMillis() counts down',
      expected: 'from 30 s, by what was waited',
      async observe(lambda) {
        const { before, spent } = JSON.parse(await viaInvoke(lambda, '/remaining'));
        const from = before > 25_000 && before <= 30_000 ? '30 s' : `${before} ms`;
        return `from ${from}, by ${spent > 90 && spent < 5000 ? 'what was waited' : `${spent} ms`}`;
      },
    },
    url('_X_AMZN_TRACE_ID is the x-amzn-trace-id header', '/trace', '200 application/octet-stream: true'),
    raw('members of awslambda', '/globals', '["HttpResponseStream","InvokeStore","streamifyResponse"]'),
    raw('has AWS_LAMBDA_RUNTIME_API', '/runtime-api', 'true'),
    raw('process.chdir()', '/chdir', 'x'),
    {
      name: 'lines of console and of stdout',
      expected: 'TIME ID INFO two␍lines and more⏎TIME ID ERROR an error { a: [ 1 ] }⏎{"as":"it is"}',
      async observe(lambda) {
        await viaInvoke(lambda, '/logs');
        return normalize((await logBetween(lambda, 'begin', '{"as"')).join('\n'));
      },
    },
  ],
};

/** Handlers that use `awslambda` themselves. */
export const streaming: readonly Group[] = [chunks, failures, endless, environment];
