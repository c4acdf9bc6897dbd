import type { SessionOptions } from './sessions/session-options.ts';

/** Options of {@link serve}. */
export interface ServeOptions {
  /**
   * Path of the MCP server.
   * @default '/mcp'
   */
  readonly path?: string | undefined;
  /**
   * Address to listen on.
   * @default that of AWS_LAMBDA_HTTP_ENDPOINT, else 127.0.0.1
   */
  readonly host?: string | undefined;
  /**
   * Port to listen on; 0 for a free one.
   * @default PORT, else that of AWS_LAMBDA_HTTP_ENDPOINT, else 8000
   */
  readonly port?: number | undefined;
  /**
   * Lets it listen where other machines can connect, though it checks nobody's identity: what stands in front of it does.
   * @default false
   */
  readonly allowUnauthenticated?: boolean | undefined;
  /**
   * Values of `Host` that are served, ports left out; others may come from a page whose name was made to point here.
   * @default on loopback its names, elsewhere any
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Keeps a session for each client of the 2025 revisions, so that tools can ask their client, and streams be taken up
   * again. Protocol 2026-07-28 has none, and is served beside it.
   * @default false
   */
  readonly sessions?: boolean | SessionOptions | undefined;
  /**
   * How long running calls may take once it is to stop; milliseconds. Amazon ECS gives 30 seconds by default.
   * @default 25000
   */
  readonly stopTimeout?: number | undefined;
  /**
   * Whether SIGTERM and SIGINT stop it and end the process; a second one ends it at once.
   * @default true
   */
  readonly handleSignals?: boolean | undefined;
}
