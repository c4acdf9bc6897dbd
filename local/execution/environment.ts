import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type EnvironmentDeath, exited, failedToLoad, timedOut } from './environment-death.ts';
import { type EnvironmentsOptions, isDebugged } from './environments-options.ts';
import { type FunctionError, UnreadCallError } from './errors.ts';
import type { Invocation, InvocationResponse } from './invocation.ts';
import { endLines, initReportLine, startLine } from './platform-lines.ts';
import { createRun, endRun, type Run, receiveResponse, truncated } from './run.ts';
import type { GiveCall, RuntimeEvents } from './runtime-api.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

export interface Environment {
  /** How many calls more it takes. */
  readonly free: number;
  /** Only while it is free. @throws {UnreadCallError} when it ended before it had the call */
  run(invocation: Invocation): Promise<InvocationResponse>;
  /** Ends the process, and the calls that it may be running. */
  end(death: EnvironmentDeath): void;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
}

export interface EnvironmentEvents {
  /** A response has ended; the handler may not have settled yet. */
  onResponseEnd(): void;
  /** A call is over. */
  onFree(): void;
  /** No more calls: it has died, or was ended. */
  onEnd(): void;
}

const INIT_TIMEOUT_MS = 10_000;

/** How often its memory is looked at while it works. */
const MEMORY_INTERVAL_MS = 20;

/**
 * One execution environment: a process that loads the function and runs one call at a time, or several.
 *
 * A function that cannot be loaded, or not in time, is loaded once more within the call, on the call's time.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function startEnvironment(options: EnvironmentsOptions, events: EnvironmentEvents): Environment {
  const {
    log,
    timeoutMs,
    memoryMb,
    version,
    initTimeoutMs = INIT_TIMEOUT_MS,
    maxConcurrencyPerEnvironment = 1,
  } = options;
  const gone = Promise.withResolvers<void>();
  const streamName = logStreamName(version);
  const runs = new Set<Run>();
  /** Those that the runtime has not asked for yet, and its questions that there is no call for. */
  const calls: Run[] = [];
  const questions: GiveCall[] = [];
  let phase: 'init' | 'init within the call' | 'invoke' = 'init';
  /** Set when it takes no more calls; resolves when those that it had are answered. */
  let dying: Promise<void> | undefined;
  /** The process whose init phase failed, and what is logged of it. */
  let failed: { readonly sandbox: Sandbox; readonly line: string } | undefined;
  let initDurationMs: number | undefined;
  let peakMb: number | undefined;
  let sandbox = startProcess();
  const timer = isDebugged(options)
    ? undefined
    : setTimeout(() => initFailed(timedOut(initTimeoutMs), initTimeoutMs), initTimeoutMs);
  const memoryTimer = setInterval(checkMemory, MEMORY_INTERVAL_MS).unref();

  function startProcess(): Sandbox {
    const createdAt = performance.now();
    const isCurrent = () => sandbox === started && failed?.sandbox !== started && !dying;
    const heard: RuntimeEvents = {
      onNext: (give) => {
        if (isCurrent()) void nextCall(give, performance.now() - createdAt);
      },
      onResponse: (requestId, response) => respond(find(requestId), response),
      async onError(requestId, error) {
        const run = find(requestId);
        if (run) await answered(run, error);
      },
      onInitError: (error) => {
        if (isCurrent()) initFailed(failedToLoad(error), performance.now() - createdAt);
      },
    };
    const started: Sandbox = startSandbox(options, streamName, heard);
    void started.ended.then((death) => {
      if (phase === 'init' && !dying) initFailed(death, performance.now() - createdAt);
      if (failed?.sandbox === started && !dying) loadAgain(failed.line);
      else void die(death, 'by itself').then(gone.resolve);
    });
    return started;
  }

  /** Its first failure is not the call's yet. */
  function initFailed(death: EnvironmentDeath, afterMs: number): void {
    if (phase !== 'init') return void die(death);
    clearTimeout(timer);
    phase = 'init within the call';
    failed = { sandbox, line: initReportLine(afterMs, death.status) };
    sandbox.kill();
  }

  function loadAgain(line: string): void {
    sandbox.flushOutput();
    log(line);
    sandbox = startProcess();
    for (const run of runs) startRun(run);
  }

  async function nextCall(give: GiveCall, sinceStart: number): Promise<void> {
    // After an error a runtime asks while its answer is still on its way. With several calls, it asks after an answer.
    const last = [...runs].find((run) => run.given && (run.isAnswered || maxConcurrencyPerEnvironment === 1));
    await last?.answered.promise;
    await sandbox.outputRead();
    if (dying) return;
    if (phase !== 'invoke') {
      clearTimeout(timer);
      if (phase === 'init') initDurationMs = sinceStart;
      phase = 'invoke';
    }
    questions.push(give);
    if (last) finish(last);
    giveCalls();
    if (runs.size === 0) sandbox.freeze();
  }

  function giveCalls(): void {
    if (phase !== 'invoke') return;
    while (questions.length > 0 && calls.length > 0) {
      const [give, run] = [questions.shift() as GiveCall, calls.shift() as Run];
      sandbox.thaw();
      if (run.startedAt === undefined) startRun(run);
      run.given = true;
      run.handedOver = give(run.invocation, run.deadline ?? 0);
    }
  }

  function startRun(run: Run): void {
    run.startedAt = performance.now();
    run.deadline = Date.now() + timeoutMs;
    log(startLine(run.invocation.requestId, version));
    if (!isDebugged(options)) run.timer = setTimeout(() => void die(timedOut(timeoutMs)), timeoutMs);
  }

  function find(requestId: string): Run | undefined {
    return [...runs].find(({ invocation, given }) => given && invocation.requestId === requestId);
  }

  async function respond(run: Run | undefined, response: IncomingMessage): Promise<void> {
    if (!run) return void response.resume();
    const { complete, error } = await receiveResponse(run, response);
    if (complete) await answered(run, error);
    else run.answered.resolve();
  }

  /** Whoever has the whole answer has the lines too that were logged before. */
  async function answered(run: Run, error: FunctionError | undefined): Promise<void> {
    await sandbox.outputRead();
    endRun(run, error);
    run.answered.resolve();
    events.onResponseEnd();
  }

  function finish(run: Run): void {
    endRun(run, truncated(run));
    report(run);
    events.onFree();
  }

  function die(death: EnvironmentDeath, how: 'by itself' | 'by us' = 'by us'): Promise<void> {
    if (dying) return dying;
    clearTimeout(timer);
    clearInterval(memoryTimer);
    lookAtMemory();
    for (const run of runs) clearTimeout(run.timer);
    sandbox.kill();
    dying = sandbox.outputRead().then(async () => {
      await Promise.all([...runs].map((run) => (how === 'by itself' ? lose(run, death) : fail(run, death))));
    });
    events.onEnd();
    return dying;
  }

  /** An error that an earlier call left behind may have ended it while this one was on its way. */
  async function lose(run: Run, death: EnvironmentDeath): Promise<void> {
    const silent = run.handedOver && !run.receiving && !run.isAnswered;
    if (silent && !(await run.handedOver)?.wasRead) {
      runs.delete(run);
      run.response.reject(new UnreadCallError());
    } else fail(run, death);
  }

  function fail(run: Run, death: EnvironmentDeath): void {
    const error = death.toError(run.invocation.requestId);
    if (run.startedAt === undefined) log(startLine(run.invocation.requestId, version));
    sandbox.flushOutput();
    // With a trace, the runtime has logged it.
    if (!error.trace) log(error.errorMessage);
    report(run, death.status);
    // What is on its way still arrives, and may be whole.
    if (run.receiving) void run.receiving.then((end) => endRun(run, end.complete ? end.error : error));
    else endRun(run, error);
  }

  function report(run: Run, status?: string): void {
    clearTimeout(run.timer);
    runs.delete(run);
    if (status === undefined) lookAtMemory();
    sandbox.flushOutput();
    const durationMs = performance.now() - (run.startedAt ?? performance.now());
    const cost = { durationMs, memoryMb, peakMb, initDurationMs, status };
    for (const line of endLines(run.invocation.requestId, cost)) log(line);
    initDurationMs = undefined;
  }

  function lookAtMemory(): number | undefined {
    const { now, peak } = sandbox.memory() ?? {};
    if (peak !== undefined) peakMb = Math.min(Math.ceil(peak), memoryMb);
    return now;
  }

  function checkMemory(): void {
    if (runs.size === 0) return;
    const now = lookAtMemory();
    if (now === undefined || now <= memoryMb) return;
    peakMb = memoryMb;
    void die(exited(null, 'SIGKILL'));
  }

  return {
    get free() {
      return dying ? 0 : maxConcurrencyPerEnvironment - runs.size;
    },
    run(invocation) {
      const run = createRun(invocation);
      runs.add(run);
      calls.push(run);
      giveCalls();
      return run.response.promise;
    },
    end(death) {
      void die(death);
      sandbox.breakOff();
    },
    exited: gone.promise,
  };
}

/** For instance `2026/11/20/[$LATEST]0123…`. */
function logStreamName(version: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[${version}]${randomBytes(16).toString('hex')}`;
}
