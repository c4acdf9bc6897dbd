import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Child, startChild } from './start-child.ts';
import type { StdioServer } from './stdio-server.ts';

/** MB of the function's memory that the function itself needs, and that each process does. */
const OWN_MEMORY = 128;
const MEMORY_OF_EACH = 100;
/** An environment that was idle so long may have been frozen; milliseconds. */
const FROZEN = 5;
const MOST_OUTSIDE_LAMBDA = 10;

/** The processes of a function. */
export interface ProcessPool {
  /**
   * A process for a request: the caller's own, or one that nobody else has had. It is held until `ended` settles, and
   * may still be starting.
   */
  lease(request: LeaseRequest): Promise<Child>;
}

export interface LeaseRequest {
  /** The verified caller's; undefined when nobody verified who it is. */
  readonly callerArn: string | undefined;
  readonly requestId: string;
  readonly ended: Promise<void>;
}

/** Starts a process at once, for whoever comes first. */
export function createProcessPool(server: StdioServer): ProcessPool {
  const { isolation = 'caller', callerArnVariable, maxProcesses = mostProcesses() } = server;
  /** By caller; whose last request is longest ago first. */
  const kept = new Map<string, Child>();
  const running = new Set<Child>();
  const waiting: (() => void)[] = [];
  let spare: Child | undefined;
  let isMakingRoom = false;

  const keyOf = (callerArn: string | undefined) => {
    if (isolation === 'shared') return 'shared';
    return isolation === 'caller' ? callerArn : undefined;
  };
  const start = (callerArn?: string) => {
    const child = startChild(server, callerArn);
    running.add(child);
    child.ended.then(() => {
      if (spare === child) spare = undefined;
      for (const [key, each] of kept) if (each === child) kept.delete(key);
    });
    child.gone.then(() => {
      running.delete(child);
      waiting.shift()?.();
    });
    return child;
  };
  /** What differs from caller to caller cannot be started before one has come. */
  const startSpare = () => {
    if (callerArnVariable !== undefined || spare || isMakingRoom || running.size >= maxProcesses) return;
    spare = start();
  };

  async function takeSpare(): Promise<Child | undefined> {
    const child = spare;
    spare = undefined;
    return child && (await child.isUsable()) ? child : undefined;
  }

  /** Ends the process that was idle longest; if all are at work, waits for one. */
  async function makeRoom(): Promise<void> {
    isMakingRoom = true;
    while (running.size >= maxProcesses) {
      const idle = [...kept.values()].find((child) => child.isIdle) ?? spare;
      idle?.retire();
      // Its memory is free once it has gone.
      await (idle?.gone ?? new Promise<void>((resolve) => waiting.push(resolve)));
    }
    isMakingRoom = false;
  }

  async function findKept(key: string): Promise<Child | undefined> {
    const child = kept.get(key);
    if (!child) return undefined;
    // One that has ended while the environment was frozen is known to have by then.
    if (performance.now() - child.lastUsed > FROZEN) await nextTurn();
    return (await child.isUsable()) ? child : undefined;
  }

  async function lease({ callerArn, requestId, ended }: LeaseRequest): Promise<Child> {
    const key = keyOf(callerArn);
    let child = key === undefined ? undefined : await findKept(key);
    if (!child) {
      child = await takeSpare();
      if (!child) {
        await makeRoom();
        child = start(callerArn);
      }
    }
    if (key !== undefined) {
      kept.delete(key);
      kept.set(key, child);
    }
    const leased = child;
    leased.hold(requestId);
    ended.then(() => {
      leased.release(requestId);
      waiting.shift()?.();
      if (key !== undefined) return;
      leased.retire();
      startSpare();
      // Once there is room, if there was none.
      leased.gone.then(startSpare);
    });
    return leased;
  }

  startSpare();
  /** One after another: two requests of one caller must not start two processes for them. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    lease(request) {
      const leased = last.then(() => lease(request));
      last = leased.catch(() => {});
      return leased;
    },
  };
}

/** As many as the function's memory allows. */
function mostProcesses(): number {
  const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!memory) return MOST_OUTSIDE_LAMBDA;
  return Math.max(1, Math.floor((memory - OWN_MEMORY) / MEMORY_OF_EACH));
}
