import type { EventRequest } from '../wire/event-to-request.ts';
import type { JsonRpcId } from '../wire/json-rpc.ts';
import type { HostInfo } from './handler-options.ts';

/** Where a handler keeps how it serves sessions: a host looks it up, and nobody else. */
export const WITH_SESSIONS = Symbol.for('lambda-mcp.with-sessions');

/** A handler's `fetch`, but with sessions. */
export type WithSessions = (sessions: Sessions) => (request: Request, info?: HostInfo) => Promise<Response>;

/** The sessions of one process, as its host keeps them. */
export interface Sessions {
  /** Sends a session's request on to the process that has it; undefined when that is this one, or none. */
  elsewhere(headers: Headers): ((incoming: EventRequest) => Promise<Response>) | undefined;
  /** A new session's id; undefined when there are as many sessions as there may be. */
  newId(): string | undefined;
  newEventStore(): object;
  get(id: string): Session | undefined;
  add(id: string, session: Session): void;
  delete(id: string): void;
  /** A session is in use until `finished`, and for as long after it as it may be idle. */
  use(id: string, finished: Promise<void>): void;
}

/** A server that outlives a request, with the SDK's own transport. */
export interface Session {
  /** Who began it: nobody else learns that it exists. */
  readonly owner: string;
  readonly transport: SessionTransport;
  /** Ids of the requests that are not answered yet. */
  readonly running: Set<JsonRpcId>;
}

/** Either line's `WebStandardStreamableHTTPServerTransport`. */
export interface SessionTransport {
  onmessage?: ((message: never) => void) | undefined;
  send(
    message: { readonly id?: JsonRpcId | undefined; readonly method?: string | undefined },
    ...options: unknown[]
  ): Promise<void>;
  onclose?: (() => void) | undefined;
  handleRequest(request: Request, options: { readonly parsedBody: unknown }): Promise<Response>;
  close(): Promise<void>;
}
