import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import {
  aborted,
  closed,
  type EnvironmentDeath,
  exited,
  failedToLoad,
  timedOut,
} from '../../local/execution/environment-death.ts';
import {
  type Environments,
  type EnvironmentsOptions,
  FunctionError,
  type Invocation,
  type InvocationResponse,
} from '../../local/execution/environments.ts';
import { functionVariables } from '../../local/execution/function-variables.ts';
import { createLineSplitter } from '../../local/execution/line-splitter.ts';
import type { BodyIterator } from '../../wire/read-response.ts';
import { RUNTIME } from './install.ts';
import { type RuntimeResponse, startRuntimeApi } from './runtime-api.ts';

/** A process of AWS's runtime with the function in it. */
interface Environment {
  readonly dead: boolean;
  run(invocation: Invocation): Call;
  end(death: EnvironmentDeath): Promise<void>;
}

interface Call {
  readonly response: Promise<InvocationResponse>;
  /** Resolves when the runtime asks for its next call, or has died. */
  readonly over: Promise<unknown>;
}

/**
 * Execution environments in which AWS's own runtime runs the function, one at a time: a call waits for the one before.
 *
 * What is the platform's work, not the runtime's, is done as the local Lambda does it: the environment's variables, the
 * time-out, and the words for a process that died.
 */
export function createRealEnvironments(options: EnvironmentsOptions): Environments {
  let environment: Environment | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function next(invocation: Invocation): Promise<Call> {
    if (!environment || environment.dead) environment = await startEnvironment(options);
    return environment.run(invocation);
  }

  return {
    invoke(invocation) {
      const call = turn.then(() => next(invocation));
      turn = call.then(({ over }) => over);
      return call.then(({ response }) => response);
    },
    recycle: () => void environment?.end(closed()),
    close: async () => environment?.end(closed()),
  };
}

async function startEnvironment(options: EnvironmentsOptions): Promise<Environment> {
  const died = Promise.withResolvers<EnvironmentDeath>();
  let dead = false;
  let asked = Promise.withResolvers<(invocation: Invocation, deadline: number) => void>();
  let running: { readonly requestId: string; readonly response: PromiseWithResolvers<InvocationResponse> } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const api = await startRuntimeApi({
    onNext(give) {
      clearTimeout(timer);
      asked.resolve(give);
    },
    onResponse(response) {
      const { requestId = '', response: waiting } = running ?? {};
      const causeOfDeath = async () => (await died.promise).toError(requestId);
      void readStart(response, causeOfDeath).then(waiting?.resolve, waiting?.reject);
    },
    onError: (error) => running?.response.reject(error),
    onInitError: (error) => void end(failedToLoad(error)),
  });
  const child = spawn(process.execPath, [RUNTIME], {
    cwd: dirname(options.entry),
    env: { ...functionVariables(options, 'log-stream'), AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const output of [child.stdout, child.stderr]) {
    const lines = createLineSplitter(options.log);
    output.setEncoding('utf8').on('data', lines.write).on('end', lines.flush);
  }
  child.once('exit', (code) => end(code === null ? aborted() : exited(code)));

  async function end(death: EnvironmentDeath): Promise<void> {
    if (dead) return;
    dead = true;
    clearTimeout(timer);
    child.kill('SIGKILL');
    await api.close();
    died.resolve(death);
  }

  return {
    get dead() {
      return dead;
    },
    run(invocation) {
      const { requestId } = invocation;
      const response = Promise.withResolvers<InvocationResponse>();
      running = { requestId, response };
      void died.promise.then((death) => response.reject(death.toError(requestId)));
      const settled = asked.promise.then((give) => {
        asked = Promise.withResolvers();
        timer = setTimeout(() => end(timedOut(options.timeoutMs)), options.timeoutMs);
        give(invocation, Date.now() + options.timeoutMs);
        return asked.promise;
      });
      return { response: response.promise, over: Promise.race([settled, died.promise]) };
    },
    end,
  };
}

/** Waits for the first bytes, as the local Lambda does: an error that comes before them is the whole answer. */
async function readStart(
  { contentType, body }: RuntimeResponse,
  causeOfDeath: () => Promise<FunctionError>,
): Promise<InvocationResponse> {
  const read = () =>
    body.next().catch(async (error: unknown) => {
      throw error instanceof FunctionError ? error : await causeOfDeath();
    });
  let held: IteratorResult<Uint8Array> | undefined = await read();
  const rest: BodyIterator = {
    [Symbol.asyncIterator]: () => rest,
    async next() {
      const chunk = held ?? (await read());
      held = undefined;
      return chunk;
    },
    return: () => body.return(),
  };
  return { contentType, body: rest };
}
