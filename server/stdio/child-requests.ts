import type { Answered, Notification } from './messages.ts';

/** What tells of changes, which a stateless server tells nobody. All else goes to the only call that is under way. */
const OF_CHANGES = /^notifications\/(?:tools|prompts|resources|roots)\/|^notifications\/(?:cancelled|initialized)$/;

/** What happened to a process while a request was under way. Its message is for the caller. */
export class ChildFailure extends Error {
  override readonly name = 'ChildFailure';
}

/** A client's request that is under way. */
export interface Sent {
  /** Its response, as it came. Rejects with a `ChildFailure`, or with why it was taken back. */
  readonly answered: Promise<Answered>;
  /** Nobody waits any more; without effect once it is answered. */
  withdraw(reason: unknown): void;
}

interface Pending {
  /** Takes the notifications that belong to the request. */
  readonly notify?: (notification: Notification) => void;
  /** Whether a client waits for it: not for those of our own. */
  readonly isCall: boolean;
  /** The client's own. */
  readonly progressToken: unknown;
  settle(answered: Answered): void;
  fail(error: Error): void;
}

interface Hooks {
  write(text: string): void;
  /** Called when a call begins while none is under way. */
  begin(): void;
  /** Called when none is under way any more. */
  idle(): void;
  /** Called when a request was taken back. */
  withdrawn(): void;
}

/** The requests that are under way at a process, by ids that are never used twice. */
export class ChildRequests {
  readonly #pending = new Map<number, Pending>();
  readonly #hooks: Hooks;
  #calls = 0;
  #last = 0;
  #failure: ChildFailure | undefined;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** How many calls are under way. */
  get size(): number {
    return this.#calls;
  }

  /** Why it takes no more. */
  get failure(): ChildFailure | undefined {
    return this.#failure;
  }

  /** Whether that is under way. */
  has(id: number): boolean {
    return this.#pending.has(id);
  }

  write(message: object): void {
    this.#hooks.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Asks something of our own. */
  ask(method: string, params?: object): Promise<Answered> {
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve: settle, reject: fail } = Promise.withResolvers<Answered>();
    const id = this.#add({ isCall: false, progressToken: undefined, settle, fail });
    this.write({ id, method, ...(params && { params }) });
    return promise;
  }

  /** Sends a client's request. */
  send(method: string, params: object | undefined, notify: (notification: Notification) => void): Sent {
    if (this.#failure) return { answered: Promise.reject(this.#failure), withdraw() {} };
    const meta = (params as { _meta?: { progressToken?: unknown } } | undefined)?._meta;
    const progressToken = meta?.progressToken;
    const { promise: answered, resolve: settle, reject: fail } = Promise.withResolvers<Answered>();
    if (this.#calls === 0) this.#hooks.begin();
    const id = this.#add({ isCall: true, notify, progressToken, settle, fail });
    const sent = progressToken === undefined ? params : { ...params, _meta: { ...meta, progressToken: id } };
    this.write({ id, method, ...(sent && { params: sent }) });
    return { answered, withdraw: (reason) => this.#withdraw(id, reason) };
  }

  /** @returns false when nobody has ever asked that */
  settle(given: unknown, answered: Answered): boolean {
    // Both SDK lines compare ids as numbers. An error without an id is a request's that could not be read.
    const isNameless = (given === null || given === undefined) && 'error' in answered;
    const id = isNameless ? this.#onlyCall()?.[0] : Number(given);
    if (id === undefined) return true;
    const pending = this.#remove(id);
    pending?.settle(answered);
    // What was answered before, or taken back, nobody waits for.
    return pending !== undefined || (Number.isInteger(id) && id >= 1 && id <= this.#last);
  }

  notify({ method, params }: Notification): void {
    if (method === 'notifications/progress') {
      const pending = this.#pending.get(Number(params?.progressToken));
      if (pending?.progressToken === undefined) return;
      pending.notify?.({ method, params: { ...params, progressToken: pending.progressToken } });
    } else if (!OF_CHANGES.test(method)) {
      this.#onlyCall()?.[1].notify?.({ method, ...(params && { params }) });
    }
  }

  /** Everything that is under way, and whatever is sent from now on. */
  fail(message: string): void {
    this.#failure ??= new ChildFailure(message);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#calls = 0;
    for (const { fail } of pending) fail(this.#failure);
  }

  #withdraw(id: number, reason: unknown): void {
    if (!this.#pending.has(id)) return;
    const why = reason instanceof Error ? reason.message : 'The client left.';
    // Before it is removed: the last one of a process that was given up ends it.
    this.write({ method: 'notifications/cancelled', params: { requestId: id, reason: why } });
    this.#remove(id)?.fail(reason as Error);
    this.#hooks.withdrawn();
  }

  #add(pending: Pending): number {
    const id = ++this.#last;
    this.#pending.set(id, pending);
    if (pending.isCall) this.#calls += 1;
    return id;
  }

  #remove(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending?.isCall) {
      this.#calls -= 1;
      if (this.#calls === 0) this.#hooks.idle();
    }
    return pending;
  }

  /** Its id, and the call. */
  #onlyCall(): [number, Pending] | undefined {
    return this.#calls === 1 ? [...this.#pending].find(([, { isCall }]) => isCall) : undefined;
  }
}
