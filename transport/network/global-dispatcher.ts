import type { FetchDispatcher } from './network-options.ts';

interface NodeDispatcher extends FetchDispatcher {
  dispatch(options: object, handler: never): boolean;
}

/** No limit on silence: a Lambda function may be silent for 15 minutes, and `fetch` would give up after five. */
const NO_LIMITS = { headersTimeout: 0, bodyTimeout: 0 };

/**
 * The dispatcher that `fetch` uses when it is given none; undefined where the runtime is not Node.
 *
 * Node keeps it under a registered symbol, and offers no other way to it or to its class.
 */
function globalDispatcher(): NodeDispatcher | undefined {
  // Reading it makes Node load the module that sets the dispatcher.
  void globalThis.Response;
  const version = Number.parseInt(process.versions.undici ?? '', 10) >= 8 ? 2 : 1;
  return (globalThis as Record<symbol, unknown>)[Symbol.for(`undici.globalDispatcher.${version}`)] as NodeDispatcher;
}

type AgentClass = new (options: object) => FetchDispatcher;

const nodesOwn = new WeakMap<AgentClass, boolean>();

/** Node's class of dispatchers; undefined when somebody set a global dispatcher of another undici, or of their own. */
function nodesAgent(): AgentClass | undefined {
  const Agent = globalDispatcher()?.constructor as AgentClass | undefined;
  if (!Agent) return undefined;
  if (!nodesOwn.has(Agent)) nodesOwn.set(Agent, isNodesOwn(Agent));
  return nodesOwn.get(Agent) ? Agent : undefined;
}

/** By where it refuses what no dispatcher takes; however stacks are shown, as by a test runner. */
function isNodesOwn(Agent: AgentClass): boolean {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 10;
  // With a value of undefined, Node shows them itself.
  Error.prepareStackTrace = undefined as never;
  try {
    new Agent({ connect: 'no such connector' });
    return false;
  } catch (error) {
    return /node:internal\/deps\/undici/.test((error as Error).stack ?? '');
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

/** Node's global dispatcher as it is, but for its limits on silence; undefined to leave that of somebody else alone. */
export function patientDispatcher(): FetchDispatcher | undefined {
  const current = nodesAgent() && globalDispatcher();
  return current && { dispatch: (options: object, handler) => current.dispatch({ ...options, ...NO_LIMITS }, handler) };
}

/** A dispatcher of our own; undefined to leave a global one of somebody else alone. */
export function createDispatcher(options: object): FetchDispatcher | undefined {
  const Agent = nodesAgent();
  // With NODE_USE_ENV_PROXY=1 it is a class that would look for a proxy itself.
  return Agent && new Agent({ ...NO_LIMITS, ...options, httpProxy: '', httpsProxy: '', noProxy: '*' });
}
