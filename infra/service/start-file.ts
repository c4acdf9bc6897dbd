/** What a container's start file tells `serve`. */
export interface StartOptions {
  /** Of the MCP server: `/mcp`. */
  readonly path: string;
  /** Milliseconds for running calls, once it is to stop. */
  readonly stopTimeout: number;
  /** Whether what is in front checks who calls, and not the server. */
  readonly allowUnauthenticated: boolean;
  /** With milliseconds, of one task; undefined: no sessions. */
  readonly sessions: { readonly idleTimeout?: number; readonly maxSessions?: number } | undefined;
}

/**
 * The module that a container starts: it serves `handler` of a server file at 0.0.0.0, PORT or 8000. The secret by which tasks
 * know one another's sessions is in `SESSION_SECRET`.
 *
 * @param entry absolute path of the server file
 * @param http absolute path of `lambda-mcp/http`
 */
export function startFile(entry: string, http: string, { sessions, ...options }: StartOptions): string {
  return [
    `import { handler } from ${JSON.stringify(entry)};`,
    `import { serve } from ${JSON.stringify(http)};`,
    'await serve(handler, {',
    `  ...${JSON.stringify({ host: '0.0.0.0', ...options })},`,
    ...(sessions
      ? [
          `  sessions: { ...${JSON.stringify(sessions)}, reportCount: true, cluster: { secret: process.env.SESSION_SECRET } },`,
        ]
      : []),
    // Of what nobody catches Node shows the line, which in a bundle is long.
    '}).catch((error) => {',
    '  console.error(error);',
    '  process.exit(1);',
    '});',
    '',
  ].join('\n');
}
