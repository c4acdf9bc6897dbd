import { guardTransport, type Transport } from './guard-transport.ts';

/** What a server is connected to when its exchange is over. */
const sinks = new WeakSet<object>();

/**
 * Lets a notification go nowhere once its exchange is over: a log line or a step of progress that a tool told without
 * awaiting it. An SDK that is not connected rejects it, and a rejection that nobody handles ends the environment, with the
 * call of whoever is served there by then.
 *
 * @param transport that the server has just been connected to
 * @param connect the server's own
 */
export function dropLateNotifications(transport: Transport, connect: (transport: Transport) => Promise<void>): void {
  const { onclose } = transport;
  transport.onclose = () => {
    onclose?.();
    const sink: Transport = { start: ignore, send: ignore, close: ignore };
    sinks.add(sink);
    guardTransport(sink, { fail() {}, sent() {} });
    connect(sink).catch(() => {});
  };
}

async function ignore(): Promise<void> {}

/** Makes a server free that is connected to nothing but a sink. */
export function leaveSink(transport: unknown): void {
  if (typeof transport === 'object' && transport !== null && sinks.has(transport)) (transport as Transport).onclose?.();
}
