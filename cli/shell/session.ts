import type { AuthMethod } from '../auth-method.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { connectMcp, type McpConnection } from '../mcp/connection.ts';
import type { Prompt, Resource, ResourceTemplate, Tool } from '../mcp/definitions.ts';
import { plainLine } from '../output/display-width.ts';
import { type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';

/** What a server offers, by the name of its capability. */
interface Offered {
  readonly tools: readonly Tool[];
  readonly resources: readonly (Resource | ResourceTemplate)[];
  readonly prompts: readonly Prompt[];
}

/** What a shell holds: a connection that can be made anew, and what the server was found to offer. */
export interface Session extends Offered {
  /** Undefined until one was named. */
  readonly target: string | undefined;
  readonly options: TargetOptions;
  /** How the next connection says who calls. */
  auth: AuthMethod;
  readonly isConnected: boolean;
  /** @throws {CommandError} when there is none */
  readonly connection: McpConnection;
  /** Whether requests are printed. */
  debug: boolean;
  /** Ends the connection, and has the next be to another target. */
  use(target: string, options: TargetOptions): Promise<void>;
  connect(signal?: AbortSignal): Promise<void>;
  /** Asks the server anew for one of its lists, which may have changed. */
  refresh<K extends keyof Offered>(what: K): Promise<Offered[K]>;
  close(): Promise<void>;
}

const NOTHING: Offered = { tools: [], resources: [], prompts: [] };

/** @param first the target to begin with; undefined: none yet */
export function createSession(first: string | undefined, given: TargetOptions): Session {
  let target = first;
  let options = given;
  let connection: McpConnection | undefined;
  let offered = NOTHING;

  async function listOf<T extends object>(made: McpConnection, capability: string, method: string, key: string) {
    return made.capabilities[capability] === undefined ? [] : made.list<T>(method, key);
  }

  const LISTS: { readonly [K in keyof Offered]: (made: McpConnection) => Promise<Offered[K]> } = {
    tools: (made) => listOf<Tool>(made, 'tools', 'tools/list', 'tools'),
    prompts: (made) => listOf<Prompt>(made, 'prompts', 'prompts/list', 'prompts'),
    async resources(made) {
      const lists = await Promise.all([
        listOf<Resource>(made, 'resources', 'resources/list', 'resources'),
        listOf<ResourceTemplate>(made, 'resources', 'resources/templates/list', 'resourceTemplates').catch(() => []),
      ]);
      return lists.flat();
    },
  };

  const session: Session = {
    auth: options.auth,
    debug: options.debug,
    get target() {
      return target;
    },
    get options() {
      return options;
    },
    get isConnected() {
      return connection !== undefined;
    },
    get connection() {
      if (connection) return connection;
      const how = target === undefined ? '`connect TARGET`' : '`reconnect`';
      throw new CommandError(`There is no connection: ${how} makes one.`, ExitCode.credentials);
    },
    get tools() {
      return offered.tools;
    },
    get resources() {
      return offered.resources;
    },
    get prompts() {
      return offered.prompts;
    },
    async use(other, itsOptions) {
      // Whatever is wrong with it is told before the connection that there is has ended.
      targetUrl(other, itsOptions);
      await session.close();
      target = other;
      options = itsOptions;
      session.auth = options.auth;
      session.debug ||= options.debug;
    },
    async connect(signal) {
      await session.close();
      if (target === undefined) return void session.connection;
      // A new fetch also asks for credentials anew.
      const reach = targetFetch(target, { ...options, auth: session.auth }, undefined, () => session.debug);
      const made = await connectMcp(reach, {
        url: targetUrl(target, options),
        timeout: options.timeout,
        ...(signal && { signal }),
      });
      const [tools, prompts, resources] = await Promise.all([
        LISTS.tools(made),
        LISTS.prompts(made),
        LISTS.resources(made),
      ]);
      offered = { tools, prompts, resources };
      connection = made;
    },
    async refresh(what) {
      const list = await LISTS[what](session.connection);
      offered = { ...offered, [what]: list };
      return list;
    },
    async close() {
      const ending = connection;
      connection = undefined;
      offered = NOTHING;
      await ending?.close();
    },
  };
  return session;
}

/** A line that says what a session is connected to. */
export function describe({ connection, tools, resources, prompts }: Session): string {
  const { name = 'a server', version = '' } = connection.serverInfo;
  const counts = [count(tools, 'tool'), count(resources, 'resource'), count(prompts, 'prompt')].filter(Boolean);
  return `Connected to ${plainLine(`${name} ${version}`)}, MCP ${connection.protocolVersion}: ${counts.join(', ') || 'nothing offered'}.`;
}

function count(items: readonly unknown[], noun: string): string {
  return items.length === 0 ? '' : `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}
