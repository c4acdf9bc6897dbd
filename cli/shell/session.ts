import type { AuthMethod } from '../auth-method.ts';
import { withDebugLines } from '../debug-lines.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { connectMcp, type McpConnection } from '../mcp/connection.ts';
import type { Prompt, Resource, ResourceTemplate, Tool } from '../mcp/definitions.ts';
import { type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';

/** What a shell holds: a connection that can be made anew, and what the server was found to offer. */
export interface Session {
  readonly target: string;
  readonly options: TargetOptions;
  /** How the next connection says who calls. */
  auth: AuthMethod;
  readonly isConnected: boolean;
  /** @throws {CommandError} when there is none */
  readonly connection: McpConnection;
  readonly tools: readonly Tool[];
  readonly resources: readonly (Resource | ResourceTemplate)[];
  readonly prompts: readonly Prompt[];
  /** Whether requests are printed. */
  debug: boolean;
  connect(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function createSession(target: string, options: TargetOptions): Session {
  let connection: McpConnection | undefined;
  let tools: Tool[] = [];
  let resources: (Resource | ResourceTemplate)[] = [];
  let prompts: Prompt[] = [];

  const session: Session = {
    target,
    options,
    auth: options.auth,
    debug: options.debug,
    get isConnected() {
      return connection !== undefined;
    },
    get connection() {
      if (!connection) throw new CommandError('There is no connection: `reconnect` makes one.', ExitCode.credentials);
      return connection;
    },
    get tools() {
      return tools;
    },
    get resources() {
      return resources;
    },
    get prompts() {
      return prompts;
    },
    async connect(signal) {
      await connection?.close();
      connection = undefined;
      // A new fetch also asks for credentials anew.
      const reach = withDebugLines(
        targetFetch(target, { ...options, auth: session.auth, debug: false }),
        () => session.debug,
      );
      const made = await connectMcp(reach, {
        url: targetUrl(target, options),
        timeout: options.timeout,
        ...(signal && { signal }),
      });
      const offered = async <T extends object>(capability: string, method: string, key: string): Promise<T[]> =>
        made.capabilities[capability] === undefined ? [] : made.list<T>(method, key);
      [tools, prompts, resources] = await Promise.all([
        offered<Tool>('tools', 'tools/list', 'tools'),
        offered<Prompt>('prompts', 'prompts/list', 'prompts'),
        Promise.all([
          offered<Resource>('resources', 'resources/list', 'resources'),
          offered<ResourceTemplate>('resources', 'resources/templates/list', 'resourceTemplates').catch(() => []),
        ]).then((lists) => lists.flat()),
      ]);
      connection = made;
    },
    async close() {
      await connection?.close();
    },
  };
  return session;
}
