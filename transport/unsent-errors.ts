/**
 * Whether an error is of a connection that was never made, TLS included, so that no request went over it. Node tells so
 * on two channels only: a reset in the midst of TLS's handshake looks like one behind the request.
 *
 * Sources: undici, "Diagnostics Channel Support", `undici:client:connectError`; Node.js, "Diagnostics Channel",
 * `http.client.request.error`.
 */
export function isOfConnecting(error: Error): boolean {
  return ofConnecting.has(error);
}

/** For a connection that is made by hand. */
export function markOfConnecting(error: Error): Error {
  ofConnecting.add(error);
  for (const see of watchers) see(error);
  return error;
}

/** Tells of each error of a request of Node's or of a connection made by hand, until the function returned is called. */
export function watchErrors(see: (error: Error) => void): () => void {
  watchers.add(see);
  return () => void watchers.delete(see);
}

const watchers = new Set<(error: Error) => void>();

const ofConnecting = new WeakSet<Error>();
const channels = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel');

channels?.subscribe('undici:client:connectError', (message) => {
  ofConnecting.add((message as { error: Error }).error);
});

channels?.subscribe('http.client.request.error', (message) => {
  const { request, error } = message as { request: { socket?: Socket | null }; error: Error };
  if (!request.socket || request.socket.connecting || request.socket.secureConnecting) ofConnecting.add(error);
  for (const see of watchers) see(error);
});

/** As `net.Socket` and `tls.TLSSocket` are shaped. */
interface Socket {
  readonly connecting?: boolean;
  readonly secureConnecting?: boolean;
}
