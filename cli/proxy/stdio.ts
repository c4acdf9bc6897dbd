import { setTimeout as sleep } from 'node:timers/promises';
import { explainError } from '../explain-error.ts';
import { errorLine, isAnswer, JsonRpcCode, type JsonRpcMessage, parseMessage } from '../mcp/json-rpc.ts';
import { readLines } from '../mcp/lines.ts';
import { messageHeaders } from '../mcp/message-headers.ts';
import { readMessages } from '../mcp/read-messages.ts';
import type { Forward } from './forward.ts';

export interface StdioOptions {
  readonly forward: Forward;
  /** For what is no message: the stream of a session, and its end. */
  readonly reach: typeof fetch;
  readonly url: URL;
  readonly input: AsyncIterable<Uint8Array>;
  /** Takes each line of output, without its line break. */
  readonly write: (line: string) => void;
}

/** How long to wait before a session's stream is opened again; milliseconds. */
const REOPENING_DELAY = 1000;

/**
 * Serves MCP on stdio: each line that comes in goes to the server as it is, and each message of the server's comes out
 * as a line. Ends when the input does and all that was asked has been answered.
 */
export async function serveStdio({ forward, reach, url, input, write }: StdioOptions): Promise<void> {
  const running = new Map<JsonRpcMessage['id'], AbortController>();
  /** Requests that are only answered when somebody ends them. */
  const subscriptions = new Set<AbortController>();
  const deliveries = new Set<Promise<void>>();
  const ended = new AbortController();
  /** Settles when an `initialize` under way has been answered: its answer decides on the headers of what follows. */
  let initialized = Promise.resolve();
  let version: string | undefined;
  let sessionId: string | undefined;
  /** The host's own, by which a session that the server ended is begun anew. */
  let initialize: { readonly body: string; readonly message: JsonRpcMessage } | undefined;
  let renewing: Promise<void> | undefined;

  function sessionHeaders(): Record<string, string> {
    return {
      ...(version !== undefined && { 'mcp-protocol-version': version }),
      ...(sessionId !== undefined && { 'mcp-session-id': sessionId }),
    };
  }

  function headersOf(message: JsonRpcMessage): Record<string, string> {
    if (message.method === 'initialize') return {};
    return { ...sessionHeaders(), ...messageHeaders(message) };
  }

  async function deliver(body: string, message: JsonRpcMessage, signal: AbortSignal): Promise<void> {
    if (message.method === 'initialize') initialize = { body, message };
    const sentIn = sessionId;
    let response = await forward({ body, message, headers: headersOf(message), signal });
    if (hasEnded(response, message, sentIn) && (await renewSession(sentIn))) {
      await response.body?.cancel();
      response = await forward({ body, message, headers: headersOf(message), signal });
    }
    if (message.id === undefined || message.method === undefined) return response.body?.cancel();
    let last = '';
    let brokeOff = 'The server ended its answer without a result.';
    try {
      for await (const line of readMessages(response, message.id)) {
        if (message.method === 'initialize') takeUp(response, parseMessage(line));
        last = line;
        write(line);
      }
    } catch (error) {
      brokeOff = explainError(error).message;
    }
    if (signal.aborted || isAnswer(parseMessage(last), message)) return;
    write(errorLine(message.id, JsonRpcCode.notDelivered, brokeOff));
  }

  /**
   * Whether the server has ended the session that a request was sent in.
   *
   * Source: MCP specification 2025-11-25, Streamable HTTP, "Session Management": it answers 404, and the client starts a
   * new session by another `initialize`.
   */
  function hasEnded({ status }: Response, { method, id }: JsonRpcMessage, sentIn: string | undefined): boolean {
    return (
      status === 404 && sentIn !== undefined && id !== undefined && method !== undefined && method !== 'initialize'
    );
  }

  /** Begins a session in place of one that ended, once for all that notice; whether there is a new one. */
  async function renewSession(before: string | undefined): Promise<boolean> {
    if (sessionId === before) {
      renewing ??= beginSession().finally(() => {
        renewing = undefined;
      });
      await renewing.catch(() => {});
    }
    return sessionId !== before;
  }

  /** Where the server refuses, the session stays what it was, and its 404 goes to the host. */
  async function beginSession(): Promise<void> {
    if (!initialize) return;
    const before = sessionId;
    const { signal } = ended;
    const response = await forward({ ...initialize, headers: {}, signal });
    for await (const line of readMessages(response, initialize.message.id)) takeUp(response, parseMessage(line));
    if (sessionId === before) return;
    const message = { method: 'notifications/initialized' };
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    await (await forward({ body, message, headers: sessionHeaders(), signal })).body?.cancel();
    if (sessionId !== undefined) readSessionStream().catch(() => {});
  }

  function takeUp(response: Response, message: JsonRpcMessage | undefined): void {
    const agreed = message?.result?.protocolVersion;
    if (typeof agreed !== 'string') return;
    version = agreed;
    sessionId = response.headers.get('mcp-session-id') ?? undefined;
  }

  /** Messages of a server that keeps sessions, which belong to no request. A stateless one is never asked. */
  async function readSessionStream(): Promise<void> {
    const own = sessionId;
    while (!ended.signal.aborted && sessionId === own) {
      const headers = { accept: 'text/event-stream', ...sessionHeaders() };
      const response = await reach(url, { headers, signal: ended.signal });
      if (!response.ok) return response.body?.cancel();
      for await (const line of readMessages(response)) write(line);
      await sleep(REOPENING_DELAY, undefined, { signal: ended.signal });
    }
  }

  async function accept(line: string, message: JsonRpcMessage): Promise<void> {
    await initialized;
    if (message.method === 'notifications/cancelled') {
      // Over HTTP a closed connection is what cancels; only a session could also use the message.
      running.get(message.params?.requestId as JsonRpcMessage['id'])?.abort();
      if (sessionId === undefined) return;
    }
    const { id } = message;
    const controller = new AbortController();
    if (message.method !== undefined && id !== undefined) running.set(id, controller);
    if (message.method === 'subscriptions/listen') subscriptions.add(controller);
    try {
      await deliver(line, message, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      if (running.get(id) === controller) running.delete(id);
      subscriptions.delete(controller);
    }
    if (message.method === 'notifications/initialized' && sessionId !== undefined) readSessionStream().catch(() => {});
  }

  for await (const line of readLines(input)) {
    if (line.trim() === '') continue;
    const message = parseMessage(line);
    if (!message) {
      write(malformed(line));
      continue;
    }
    const delivery = accept(line, message);
    if (message.method === 'initialize') initialized = delivery.catch(() => {});
    deliveries.add(delivery);
    delivery.finally(() => deliveries.delete(delivery)).catch(() => {});
  }
  for (const controller of subscriptions) controller.abort();
  await Promise.allSettled(deliveries);
  ended.abort();
  if (sessionId !== undefined) {
    await reach(url, { method: 'DELETE', headers: sessionHeaders(), signal: AbortSignal.timeout(1000) }).catch(
      () => {},
    );
  }
}

function malformed(line: string): string {
  return line.trimStart().startsWith('[')
    ? errorLine(null, JsonRpcCode.invalidRequest, 'MCP has no batches: send one message a line.')
    : errorLine(null, JsonRpcCode.parseError, 'This line is not a JSON object.');
}
