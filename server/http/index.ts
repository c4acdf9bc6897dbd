/**
 * The same handler as a Node HTTP server, with sessions where they are wanted: for containers and AgentCore Runtime.
 *
 * @see docs/hosts.md
 * @module
 */

export { type RunningServer, serve } from './serve.ts';
export type { ServeOptions } from './serve-options.ts';
export type { SessionCluster, SessionOptions } from './sessions/session-options.ts';
