import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, startEnvironment } from './environment.ts';
import { closed } from './environment-death.ts';
import type { EnvironmentsOptions } from './environments-options.ts';
import { FunctionError, TooManyRequestsError, UnreadCallError } from './errors.ts';
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
/** The same where there may be no other: it may be dying, and is then soon replaced. */
const LAST_SETTLING_MS = 500;

/**
 * The execution environments of one function, as Lambda keeps them: one call at a time in each, started when a call
 * finds none free, used again afterwards, and discarded when the function crashes or times out.
 *
 * Each is a process of its own, with its own working directory, variables, memory and temporary folder. They share the
 * machine's file system and network.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function createEnvironments(options: EnvironmentsOptions): Environments {
  const environments = new Set<Environment>();
  const processes = new Set<Promise<void>>();
  const finishing = new Map<Environment, PromiseWithResolvers<void>>();
  const slots = options.maxConcurrencyPerEnvironment ?? 1;
  let outdated = new WeakSet<Environment>();
  let open = true;

  const finished = (environment: Environment) => {
    finishing.get(environment)?.resolve();
    finishing.delete(environment);
  };

  const settled = () => [...finishing.values()].map(({ promise }) => promise);

  const running = () => [...environments].reduce((calls, { free }) => calls + slots - free, 0);

  /** The one that was used last. */
  const findFree = () => [...environments].findLast((each) => each.free > 0 && !outdated.has(each));

  const start = (): Environment => {
    const environment = startEnvironment(options, {
      onResponseEnd: () => finishing.set(environment, Promise.withResolvers()),
      onFree() {
        finished(environment);
        if (outdated.has(environment) && isIdle(environment)) environment.end(closed());
        else if (environments.delete(environment)) environments.add(environment);
      },
      onEnd() {
        environments.delete(environment);
        finished(environment);
      },
    });
    environments.add(environment);
    processes.add(environment.exited);
    void environment.exited.then(() => processes.delete(environment.exited));
    return environment;
  };

  const isIdle = ({ free }: Environment) => free === slots;

  async function invoke(invocation: Invocation): Promise<InvocationResponse> {
    // A caller on this machine can be back before the handler has settled; from afar the network takes longer.
    if (!findFree() && finishing.size > 0) {
      const patience = running() < options.maxConcurrency ? SETTLING_MS : LAST_SETTLING_MS;
      await Promise.race([...settled(), delay(patience)]);
    }
    if (!open) throw new Error('The function cannot be invoked: its environments were closed.');
    if (running() >= options.maxConcurrency) throw new TooManyRequestsError(options.maxConcurrency);
    try {
      return await (findFree() ?? start()).run(invocation);
    } catch (error) {
      if (!(error instanceof UnreadCallError)) throw error;
      return invoke(invocation);
    }
  }

  return {
    invoke,
    recycle() {
      outdated = new WeakSet(environments);
      for (const environment of [...environments]) if (isIdle(environment)) environment.end(closed());
    },
    async close() {
      open = false;
      if (finishing.size > 0) await Promise.race([Promise.all(settled()), delay(SETTLING_MS)]);
      for (const environment of [...environments]) environment.end(closed());
      await Promise.all(processes);
    },
  };
}
