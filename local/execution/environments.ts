import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, startEnvironment } from './environment.ts';
import { closed } from './environment-death.ts';
import type { EnvironmentsOptions } from './environments-options.ts';
import { FunctionError, TooManyRequestsError } from './errors.ts';
import type { Invocation, InvocationResponse } from './invocation.ts';

export type { EnvironmentsOptions, Invocation, InvocationResponse };
export { FunctionError, TooManyRequestsError };

export interface Environments {
  /**
   * Calls the function in an environment that is free, or else in a new one.
   *
   * Resolves at the first byte of the response, or at its end if it has none.
   *
   * @throws {FunctionError} when the function failed before the first byte
   * @throws {TooManyRequestsError} when `maxConcurrency` calls are running
   */
  invoke(invocation: Invocation): Promise<InvocationResponse>;
  /** Forgets the code: environments end, the busy ones after their call, and the next call loads the module anew. */
  recycle(): void;
  /** Ends every environment. Calls under way fail with a `FunctionError`. */
  close(): Promise<void>;
}

/** How long to wait for an environment that has answered and is not free yet, before a call takes another. */
const SETTLING_MS = 50;

/**
 * The execution environments of one function, as Lambda keeps them: one call at a time in each, started when a call
 * finds none free, used again afterwards, and discarded when the function crashes or times out.
 *
 * Each is a thread of this process rather than a machine of its own: it shares the working directory, the time zone, the
 * file descriptors and the file system with the host, and is not frozen between calls.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function createEnvironments(options: EnvironmentsOptions): Environments {
  const environments = new Set<Environment>();
  const threads = new Set<Promise<void>>();
  const finishing = new Map<Environment, PromiseWithResolvers<void>>();
  let idle: Environment[] = [];
  let outdated = new WeakSet<Environment>();
  let open = true;

  const finished = (environment: Environment) => {
    finishing.get(environment)?.resolve();
    finishing.delete(environment);
  };

  const settled = () => [...finishing.values()].map(({ promise }) => promise);

  const start = (): Environment => {
    if (environments.size >= options.maxConcurrency) throw new TooManyRequestsError(options.maxConcurrency);
    const environment = startEnvironment(options, {
      onResponseEnd: () => finishing.set(environment, Promise.withResolvers()),
      onIdle() {
        finished(environment);
        if (outdated.has(environment)) environment.end(closed());
        else idle.push(environment);
      },
      onEnd() {
        environments.delete(environment);
        idle = idle.filter((other) => other !== environment);
        finished(environment);
      },
    });
    environments.add(environment);
    threads.add(environment.exited);
    void environment.exited.then(() => threads.delete(environment.exited));
    return environment;
  };

  return {
    async invoke(invocation) {
      // A caller on this machine can be back before the handler has settled; from afar the network takes longer.
      if (idle.length === 0 && finishing.size > 0) await Promise.race([...settled(), delay(SETTLING_MS)]);
      if (!open) throw new Error('The function cannot be invoked: its environments were closed.');
      return (idle.pop() ?? start()).run(invocation);
    },
    recycle() {
      outdated = new WeakSet(environments);
      for (const environment of [...idle]) environment.end(closed());
    },
    async close() {
      open = false;
      if (finishing.size > 0) await Promise.race([Promise.all(settled()), delay(SETTLING_MS)]);
      for (const environment of [...environments]) environment.end(closed());
      await Promise.all(threads);
    },
  };
}
