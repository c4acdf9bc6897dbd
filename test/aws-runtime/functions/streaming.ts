/**
 * A streaming handler without any code of lambda-mcp: the last part of the path names what it does.
 */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionUrlEvent } from '../../../wire/event.ts';
import type { LambdaResponseStream } from '../../../wire/response-stream.ts';

type Context = Record<string, unknown> & { getRemainingTimeInMillis(): number };
type Handler = (event: FunctionUrlEvent, stream: LambdaResponseStream, context: Context) => unknown;

declare const awslambda: {
  streamifyResponse(handler: Handler): Handler;
  HttpResponseStream: { from(stream: LambdaResponseStream, prelude: object): LambdaResponseStream };
};
const { from } = awslambda.HttpResponseStream;

const MB = 1024 * 1024;

/** Through which the caller and the handler tell each other how far they are. */
const fileOf = (event: FunctionUrlEvent) => new URLSearchParams(event.rawQueryString).get('file') ?? '';
const forever = () => new Promise<never>(() => {});
const json = (stream: LambdaResponseStream, value: unknown) => stream.end(JSON.stringify(value));
let calls = 0;

class OwnError extends Error {
  override readonly name = 'OwnError';
}

const scenarios: Record<string, Handler> = {
  async steps(event, stream) {
    const gate = fileOf(event);
    for (let step = 1; step <= 3; step += 1) {
      stream.write(`${step};`);
      while (!existsSync(`${gate}.${step}`)) await sleep(5);
    }
    stream.end();
  },
  async large(_event, stream) {
    const chunk = Buffer.alloc(MB, 'abcdefghij');
    for (let count = 0; count < 20; count += 1) if (!stream.write(chunk)) await once(stream, 'drain');
    stream.end();
  },
  async flood(event, stream) {
    const chunk = Buffer.alloc(MB);
    for (let count = 0; count < 100; count += 1) if (!stream.write(chunk)) await once(stream, 'drain');
    stream.end();
    writeFileSync(fileOf(event), 'written');
  },

  async prelude(_event, stream) {
    const headers = { 'content-type': 'text/plain', 'x-test': 'yes' };
    const response = from(stream, { statusCode: 201, headers, cookies: ['a=1; Path=/', 'b=2'] });
    response.write('bo');
    response.end('dy');
  },
  async 'empty-write'(_event, stream) {
    const response = from(stream, { statusCode: 202 });
    response.write('');
    response.end();
  },
  async 'end-only'(_event, stream) {
    from(stream, { statusCode: 202 }).end();
  },
  async 'end-text'(_event, stream) {
    from(stream, { statusCode: 201 }).end('x');
  },
  async typed(_event, stream) {
    stream.setContentType('text/x-test');
    stream.end('x');
  },
  async untyped(_event, stream) {
    stream.end('x');
  },
  async nothing(_event, stream) {
    stream.end();
  },
  async 'typed-late'(_event, stream) {
    stream.write('x');
    stream.setContentType('text/plain');
  },

  async objects(_event, stream) {
    for (const value of [{ a: 1 }, [2], 3, true]) stream.write(value);
    stream.end();
  },
  async bytes(_event, stream) {
    stream.write(Buffer.from('(view)').subarray(1, 5));
    stream.write(new Uint8Array([33]));
    stream.end('w6Q=', 'base64');
  },
  async null(_event, stream) {
    stream.write(null);
  },
  async 'end-object'(_event, stream) {
    stream.end({ a: 1 });
  },
  async callbacks(_event, stream) {
    await new Promise<void>((resolve) => stream.write('written;', () => resolve()));
    await new Promise<void>((resolve) => stream.end('ended', () => resolve()));
  },
  async pipe(_event, stream) {
    await once(Readable.from(['a', 'b']).pipe(stream), 'finish');
  },
  async pipeline(_event, stream) {
    await pipeline(Readable.from(['a', 'b']), stream);
  },
  async finished(_event, stream) {
    const ended = finished(stream);
    stream.end('x');
    await ended;
    console.log(`finished: ${stream.writableFinished}`);
  },
  async 'to-web'(_event, stream) {
    await new Response('x').body?.pipeTo(Writable.toWeb(stream));
  },
  async 'is-writable'(_event, stream) {
    json(stream, stream instanceof Writable);
  },
  async members(_event, stream) {
    json(
      stream,
      ['pipe', 'closed', 'errored', 'writableAborted'].filter((name) => name in stream),
    );
  },
  async 'high-water-mark'(_event, stream) {
    json(stream, stream.writableHighWaterMark);
  },

  async throw() {
    throw new OwnError('no good');
  },
  async 'throw-text'() {
    throw 'just text';
  },
  async 'throw-nothing'() {
    throw undefined;
  },
  async 'throw-del'() {
    throw new Error('a \x7f b');
  },
  async 'throw-mid'(_event, stream) {
    stream.write('partial');
    throw new OwnError('no good');
  },
  async 'throw-end'(_event, stream) {
    stream.end('whole');
    throw new OwnError('no good');
  },
  async value(_event, stream) {
    stream.end('x');
    return 'ignored';
  },
  synchronous(_event, stream) {
    stream.end('x');
  },
  'synchronous-throw'() {
    throw new OwnError('no good');
  },

  async 'never-ends'(_event, stream) {
    stream.write('partial');
  },
  async 'never-settles'(_event, stream) {
    stream.end('whole');
    await forever();
  },
  loop() {
    for (;;);
  },
  async 'write-late'(_event, stream) {
    stream.end('whole');
    stream.write('more');
    await sleep(50);
  },
  async 'write-much-later'(_event, stream) {
    stream.end('whole');
    await once(stream, 'finish');
    await sleep(50);
    stream.write('more');
    await sleep(50);
  },
  async destroy(_event, stream) {
    stream.write('partial');
    await sleep(50);
    stream.destroy();
    await sleep(50);
  },
  async 'destroy-error'(_event, stream) {
    stream.write('partial');
    await sleep(50);
    stream.destroy(new OwnError('no good'));
    await sleep(50);
  },
  exit: () => process.exit(7),
  async 'exit-mid'(_event, stream) {
    stream.write('partial');
    await sleep(50);
    process.exit(0);
  },
  async uncaught() {
    setTimeout(() => {
      throw new OwnError('no good');
    });
    await forever();
  },
  async rejection() {
    void Promise.reject(new OwnError('no good'));
    await forever();
  },

  async count(_event, stream) {
    calls += 1;
    json(stream, calls);
  },
  async length(event, stream) {
    json(stream, event.body?.length);
  },
  async context(event, stream, context) {
    json(stream, [event.requestContext.requestId === context.awsRequestId, ...Object.keys(context)]);
  },
  async remaining(_event, stream, context) {
    const before = context.getRemainingTimeInMillis();
    await sleep(100);
    const after = context.getRemainingTimeInMillis();
    json(stream, { before, spent: before - after });
  },
  async trace(event, stream) {
    json(stream, process.env._X_AMZN_TRACE_ID === event.headers?.['x-amzn-trace-id']);
  },
  async globals(_event, stream) {
    json(stream, Object.keys(awslambda).sort());
  },
  async 'runtime-api'(_event, stream) {
    json(stream, process.env.AWS_LAMBDA_RUNTIME_API !== undefined);
  },
  async logs(_event, stream) {
    process.stdout.write('begin\n');
    console.log('two\nlines and %s', 'more');
    console.error('an error', { a: [1] });
    process.stdout.write('{"as":"it is"}\n');
    stream.end();
  },
  async chdir(_event, stream) {
    process.chdir('/tmp');
    stream.end('x');
  },
};

export const handler = awslambda.streamifyResponse((event, stream, context) => {
  const scenario = scenarios[event.rawPath.slice(1)];
  if (!scenario) throw new Error(`There is no scenario ${event.rawPath}.`);
  return scenario(event, stream, context);
});
