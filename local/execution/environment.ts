import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { aborted, type EnvironmentDeath, exited, failedToLoad, timedOut } from './environment-death.ts';
import type { EnvironmentsOptions } from './environments-options.ts';
import { FunctionError } from './errors.ts';
import { functionVariables } from './function-variables.ts';
import type { Invocation, InvocationResponse } from './invocation.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { FromWorker, ResponseMessage, ToWorker, WorkerSettings } from './messages.ts';
import { endLines, initLine, startLine } from './platform-lines.ts';
import { createResponseBody, type ResponseBody } from './response-body.ts';

export interface Environment {
  /** Only while idle: before the first call, and from `onIdle` on. */
  run(invocation: Invocation): Promise<InvocationResponse>;
  /** Ends the thread, and the call that it may be running. */
  end(death: EnvironmentDeath): void;
  /** Resolves when the thread is gone. */
  readonly exited: Promise<void>;
}

export interface EnvironmentEvents {
  /** The response has ended; the handler may not have settled yet. */
  onResponseEnd(): void;
  onIdle(): void;
  /** No more calls: it has died, or was ended. */
  onEnd(): void;
}

/** A call that is running. */
interface Run {
  readonly sequence: number;
  readonly invocation: Invocation;
  readonly response: PromiseWithResolvers<InvocationResponse>;
  readonly body: ResponseBody;
  /** Since when its time counts: undefined while the module is being loaded. */
  startedAt?: number;
}

const INIT_TIMEOUT_MS = 10_000;

// Run from source there is no worker.js, and built there is no worker.ts.
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** One execution environment: a thread that loads the function and runs one call at a time. */
export function startEnvironment(options: EnvironmentsOptions, events: EnvironmentEvents): Environment {
  const { log, timeoutMs, memoryMb, initTimeoutMs = INIT_TIMEOUT_MS } = options;
  const createdAt = performance.now();
  const gone = Promise.withResolvers<void>();
  const output = { stdout: createLineSplitter(log), stderr: createLineSplitter(log) };
  let run: Run | undefined;
  let calls = 0;
  let ready = false;
  let dead = false;
  let initDurationMs: number | undefined;
  let maxMemoryBytes = 0;
  let uncaught: unknown;
  let timer = setTimeout(() => die(timedOut(initTimeoutMs)), initTimeoutMs);

  log(initLine());
  const worker = new Worker(WORKER, {
    workerData: { entry: options.entry, exportName: options.exportName ?? 'handler' } satisfies WorkerSettings,
    env: functionVariables(options, logStreamName(options.version)),
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  // The function's own output comes as messages; here comes what got past `process.stdout.write`.
  worker.stdout.setEncoding('utf8').on('data', output.stdout.write);
  worker.stderr.setEncoding('utf8').on('data', output.stderr.write);
  worker.on('message', receive);
  worker.on('error', (error) => {
    uncaught = error;
    output.stderr.write(`${inspect(error)}\n`);
  });
  worker.on('exit', (code) => {
    die(isOutOfMemory(uncaught) ? aborted() : exited(code));
    flushOutput();
    gone.resolve();
  });

  function receive(message: FromWorker): void {
    if (message.type === 'output') output[message.stream].write(message.text);
    // A thread that is being ended may still speak; its call was answered without it.
    else if (dead) return;
    else if (message.type === 'ready') initialised(message.memoryBytes);
    else if (message.type === 'load-error') die(failedToLoad(new FunctionError(message.error)));
    else if (!run) return;
    else if (message.type === 'done') finish(run, message.memoryBytes);
    else respond(run, message);
  }

  function respond(current: Run, message: ResponseMessage): void {
    if (message.type === 'chunk') current.body.push(message.bytes);
    else endResponse(current, message.error && new FunctionError(message.error));
    current.response.resolve({ contentType: message.contentType, body: current.body.body });
    if (message.type === 'end') events.onResponseEnd();
  }

  function initialised(memoryBytes: number): void {
    clearTimeout(timer);
    ready = true;
    initDurationMs = performance.now() - createdAt;
    maxMemoryBytes = memoryBytes;
    if (run) begin(run);
  }

  function begin(next: Run): void {
    next.startedAt = performance.now();
    log(startLine(next.invocation.requestId, options.version));
    timer = setTimeout(() => die(timedOut(timeoutMs)), timeoutMs);
    const { sequence, invocation } = next;
    post({ type: 'invoke', sequence, invocation, deadline: Date.now() + timeoutMs });
  }

  function finish(last: Run, memoryBytes: number): void {
    clearTimeout(timer);
    maxMemoryBytes = Math.max(maxMemoryBytes, memoryBytes);
    report(last);
    run = undefined;
    events.onIdle();
  }

  function die(death: EnvironmentDeath): void {
    if (dead) return;
    dead = true;
    clearTimeout(timer);
    void worker.terminate();
    const last = run;
    run = undefined;
    events.onEnd();
    if (!last) return;
    const error = death.toError(last.invocation.requestId);
    if (last.startedAt === undefined) log(startLine(last.invocation.requestId, options.version));
    flushOutput();
    // With a trace, the runtime has logged it.
    if (!error.trace) log(error.errorMessage);
    report(last, death.status);
    endResponse(last, error);
  }

  function report({ invocation, startedAt = createdAt }: Run, status?: string): void {
    flushOutput();
    const durationMs = performance.now() - startedAt;
    const maxMemoryUsedMb = Math.ceil(maxMemoryBytes / 2 ** 20);
    const cost = { durationMs, memoryMb, maxMemoryUsedMb, initDurationMs, status };
    for (const line of endLines(invocation.requestId, cost)) log(line);
    initDurationMs = undefined;
  }

  function flushOutput(): void {
    output.stdout.flush();
    output.stderr.flush();
  }

  function post(message: ToWorker): void {
    worker.postMessage(message);
  }

  return {
    run(invocation) {
      calls += 1;
      const sequence = calls;
      const body = createResponseBody((bytes) => post({ type: 'acknowledge', sequence, bytes }));
      run = { sequence, invocation, response: Promise.withResolvers(), body };
      if (ready) begin(run);
      return run.response.promise;
    },
    end: die,
    exited: gone.promise,
  };
}

/** Ends the response in whatever state it is: whichever of the two has happened already stays as it is. */
function endResponse(run: Run, error: FunctionError | undefined): void {
  if (error) run.response.reject(error);
  run.body.end(error);
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** For instance `2026/11/20/[$LATEST]0123…`. */
function logStreamName(version: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[${version}]${randomBytes(16).toString('hex')}`;
}
