import type { McpRequestContext } from './handler-options.ts';
import { leaveSink } from './late-notifications.ts';

/** What is needed of an MCP server: both lines of the SDK have it, and every copy of them. */
export interface McpServerLike {
  /** Connects it to a transport; the handler does that. */
  connect(transport: never): Promise<void>;
  /** Ends the connection; the handler does that too. */
  close(): Promise<void>;
}

/** Makes the server that answers one request. What it does not register, its caller neither sees nor calls. */
export type McpServerFactory = (context: McpRequestContext) => McpServerLike | Promise<McpServerLike>;

/** The SDK's low-level server, as far as it is used here. */
export interface ProtocolServer extends McpServerLike {
  onerror?: ((error: Error) => void) | undefined;
  readonly transport?: unknown;
  getCapabilities?(): Record<string, object | undefined>;
  registerCapabilities(capabilities: object): void;
  /** Only the line of `@modelcontextprotocol/server` has it. */
  getNegotiatedProtocolVersion?(): string | undefined;
}

/**
 * @param entry where `createLambdaHandler` was imported from
 * @throws {TypeError} when it is not a function
 */
export function assertFactory(factory: unknown, entry: string): void {
  if (typeof factory === 'function') return;
  const advice = has(factory, 'fetch')
    ? `For an app that has a fetch, import createLambdaHandler from lambda-mcp/server/fetch.`
    : 'Write createLambdaHandler(() => { const server = new McpServer(…); …; return server; }).';
  throw new TypeError(
    `createLambdaHandler of ${entry} takes a function that makes an MCP server, anew for each request, and was given ` +
      `${nameOf(factory)}. ${advice}`,
  );
}

/**
 * The low-level server in what a factory has made. By shape: it may come from another copy of the SDK, or from its other
 * line. It may have served before.
 *
 * @throws {TypeError} when it is no server, or one that serves already
 */
export function protocolServer(made: unknown): ProtocolServer {
  const server = has(made, 'server') && has(made.server, 'connect') ? made.server : made;
  if (!has(server, 'connect') || !has(server, 'close') || !has(server, 'registerCapabilities')) {
    throw new TypeError(
      `The function given to createLambdaHandler returned ${nameOf(made)}, not an MCP server. Return the McpServer that ` +
        'it makes.',
    );
  }
  const found = server as unknown as ProtocolServer;
  leaveSink(found.transport);
  if (found.transport !== undefined) {
    throw new TypeError(
      'The function given to createLambdaHandler returned a server that is connected already. Make a new one for each ' +
        'request, and leave connecting it to the handler.',
    );
  }
  return found;
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object of ${value.constructor?.name ?? 'no class'}`;
}
