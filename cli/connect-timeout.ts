type Dispatcher = NonNullable<RequestInit['dispatcher']>;

/**
 * Gives a `fetch` the connections of its own that its requests go over: they are given up when they are not made in
 * time, and never for silence, since a Lambda function may be silent for 15 minutes; `fetch` would give up after five.
 *
 * Node keeps its default dispatcher under a registered symbol, and offers no other way to its class. Where it is
 * missing, Node's own limits hold.
 *
 * @param timeout milliseconds
 */
export function connectingWithin(timeout: number, reach: typeof fetch): typeof fetch {
  let dispatcher: Dispatcher | undefined;
  return (input, init) => {
    dispatcher ??= createDispatcher(timeout);
    return reach(input, dispatcher ? { ...init, dispatcher } : init);
  };
}

function createDispatcher(timeout: number): Dispatcher | undefined {
  // Reading it makes Node load the module that sets the dispatcher.
  void globalThis.Response;
  const current = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')];
  if (typeof current !== 'object' || current === null) return undefined;
  const Agent = current.constructor as new (options: object) => Dispatcher;
  return new Agent({ connect: { timeout }, headersTimeout: 0, bodyTimeout: 0 });
}
