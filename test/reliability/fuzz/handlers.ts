import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { LambdaStreamHandler } from 'lambda-mcp/server';
import { readResponse } from '../../../wire/read-response.ts';
import type { LambdaResponseStream } from '../../../wire/response-stream.ts';
import { createHandler as createFetchHandler } from '../functions/fetch.ts';
import { createHandler as createV1Handler } from '../functions/v1.ts';
import { createHandler as createV2Handler } from '../functions/v2.ts';
import { assertTellsNothing, type HttpAnswer } from './answer-rules.ts';
import { withinTime } from './target.ts';

export type Line = 'v1' | 'v2' | 'fetch';
export const LINES: readonly Line[] = ['v1', 'v2', 'fetch'];

const HANG = 5000;

export interface Handlers {
  /** The handler's answer to an event; nothing of `secrets` may be logged on the way. */
  answer(line: Line, event: unknown, secrets?: readonly string[]): Promise<HttpAnswer>;
  /** What becomes of an event that is no request: it leaves no record. */
  refuse(line: Line, event: unknown): Promise<unknown>;
  close(): void;
}

/** The built handlers, called as Lambda calls them. What they log is watched, not shown. */
export function startHandlers(): Handlers {
  const records: unknown[] = [];
  const lines: unknown[][] = [];
  const options = { logger: (record: unknown) => void records.push(record) };
  const handlers: Record<Line, LambdaStreamHandler> = {
    v1: createV1Handler(options),
    v2: createV2Handler(options),
    fetch: createFetchHandler(options),
  };
  const shown = { error: console.error, warn: console.warn };
  console.error = console.warn = (...line) => void lines.push(line);
  return {
    async answer(line, event, secrets = []) {
      records.length = lines.length = 0;
      const { stream, chunks } = collector();
      await withinTime(HANG, handlers[line](event as never, stream, context()));
      if (records.length !== 1) throw new Error(`${records.length} log records`);
      assertTellsNothing(JSON.stringify(records), secrets);
      for (const secret of secrets) if (String(lines.flat()).includes(secret)) throw new Error('a secret in the log');
      const response = await readResponse(chunks());
      const contentType = response.headers.get('content-type');
      return { status: response.status, contentType, body: await response.text() };
    },
    async refuse(line, event) {
      records.length = 0;
      const { stream, chunks } = collector();
      const running = withinTime(HANG, handlers[line](event as never, stream, context()));
      const thrown = await running.then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (records.length > 0) throw new Error(`${records.length} log records`);
      if (thrown !== undefined) return thrown;
      const written: Uint8Array[] = [];
      for await (const chunk of chunks()) written.push(chunk);
      return JSON.parse(Buffer.concat(written).toString());
    },
    close: () => void Object.assign(console, shown),
  };
}

function collector() {
  const written: Buffer[] = [];
  const writable = new Writable({
    write(chunk, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const stream: LambdaResponseStream = Object.assign(writable, { setContentType() {} });
  async function* chunks() {
    yield* written;
  }
  return { stream, chunks };
}

function context() {
  return {
    awsRequestId: randomUUID(),
    functionName: 'fuzz',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:fuzz',
    memoryLimitInMB: '512',
    logGroupName: '',
    logStreamName: '',
    getRemainingTimeInMillis: () => 30_000,
  };
}
