export { type RunningServer, serve } from './serve.ts';
export type { ServeOptions } from './serve-options.ts';
export type { SessionCluster, SessionOptions } from './sessions/session-options.ts';
