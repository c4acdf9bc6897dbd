import type { Exchange } from '../answer-request.ts';
import type { Answered, Notification } from './messages.ts';
import type { Child } from './start-child.ts';

/**
 * Has a process answer a client's request, and takes it back once nobody waits any more.
 *
 * @throws {ChildFailure} when the process ends
 */
export async function forward(
  { request: { signal }, finished }: Exchange,
  child: Child,
  { method, params }: { readonly method: string; readonly params?: object },
  notify: (notification: Notification) => void,
): Promise<Answered> {
  // Nobody waits any more: what the call would do must not be done.
  if (signal.aborted) throw signal.reason;
  const { answered, withdraw } = child.requests.send(method, params, notify);
  const leave = () => withdraw(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  finished.then(leave);
  return answered;
}
