import type { Agent } from 'node:http';
import { caBundle } from './ca-bundle.ts';
import { createDispatcher, patientDispatcher } from './global-dispatcher.ts';
import type { FetchDispatcher, Network, NetworkOptions } from './network-options.ts';
import { proxyOf } from './proxy-of.ts';
import type { Tunnel } from './tunnel.ts';

/** After a pause, what became of the connections meanwhile is looked at before one is used; milliseconds. */
const PAUSE = 1000;
/** A connection that was idle for this long is not used again, as undici has it; milliseconds. */
const MAX_IDLE = 4000;
/** As undici has it; milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** The way of requests where the runtime is Node. Nothing is opened before it is needed. */
export function createNetwork(options: NetworkOptions): Network {
  const { maxSockets, connectTimeout } = options;
  const proxy = options.proxy ?? isNodeProxied();
  const tunnels = new Map<string, Promise<Tunnel>>();
  const dispatchers = new Map<Tunnel | undefined, FetchDispatcher | undefined>();
  let bundle: string[] | undefined;
  let agents: Promise<{ readonly httpAgent: Agent; readonly httpsAgent: Agent }> | undefined;
  let lastUsed = 0;

  /** The tunnel to a host; undefined when it is reached without one. */
  async function tunnelTo(url: URL): Promise<Tunnel | undefined> {
    const through = proxyOf(url, proxy);
    if (!through) return undefined;
    let tunnel = tunnels.get(through.href);
    if (!tunnel) {
      const isDirect = (other: URL) => proxyOf(other, proxy) === undefined;
      const more = { ...trusted(), maxSockets };
      tunnel = import('./tunnel.ts').then(({ Tunnel }) => new Tunnel({ proxy: through, isDirect, ...more }));
      tunnels.set(through.href, tunnel);
    }
    return tunnel;
  }

  /** What is trusted beside Node's own, where the network is asked for as the AWS CLI finds it. */
  function trusted(): { readonly ca?: string[] } {
    if (proxy) bundle ??= caBundle();
    return bundle ? { ca: bundle } : {};
  }

  async function createAgents() {
    const { Agent: HttpAgent } = process.getBuiltinModule('node:http');
    const { Agent: HttpsAgent } = process.getBuiltinModule('node:https');
    const shared = { keepAlive: true, maxSockets: maxSockets ?? Number.POSITIVE_INFINITY };
    // Which host it will be is not known yet: a tunnel leaves out those that are to be reached without it.
    const [httpTunnel, httpsTunnel] = await Promise.all(ANY_HOST.map(tunnelTo));
    return {
      httpAgent: httpTunnel ?? new HttpAgent(shared),
      httpsAgent: httpsTunnel ?? new HttpsAgent({ ...shared, ...trusted() }),
    };
  }

  function createOwnDispatcher(tunnel: Tunnel | undefined): FetchDispatcher | undefined {
    const timeout = connectTimeout ?? CONNECT_TIMEOUT;
    return createDispatcher({
      ...(maxSockets !== undefined && { connections: maxSockets }),
      connect: tunnel ? connectorOf(tunnel, timeout) : { timeout, ...trusted() },
    });
  }

  return {
    async dispatcher(url) {
      if (options.dispatcher) return options.dispatcher;
      const tunnel = await tunnelTo(url);
      const isCustom = tunnel || maxSockets !== undefined || connectTimeout !== undefined;
      if (!isCustom && !(url.protocol === 'https:' && trusted().ca)) return patientDispatcher();
      if (!dispatchers.has(tunnel)) dispatchers.set(tunnel, createOwnDispatcher(tunnel));
      return dispatchers.get(tunnel);
    },
    async requestHandler() {
      if (options.requestHandler) return options.requestHandler;
      agents ??= createAgents();
      return { ...(await agents), ...(connectTimeout !== undefined && { connectionTimeout: connectTimeout }) };
    },
    async wake() {
      const idle = Date.now() - lastUsed;
      lastUsed = Date.now();
      // A clock that was set back tells nothing.
      if (idle >= 0 && idle < PAUSE) return;
      // A process that was stopped hears only now which connections were closed, and which timers have run out.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (idle >= 0 && idle < MAX_IDLE) return;
      for (const agent of Object.values((await agents) ?? {})) {
        for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
      }
    },
    used() {
      lastUsed = Date.now();
    },
  };
}

const ANY_HOST = [new URL('http://any.invalid/'), new URL('https://any.invalid/')];

type Connector = (to: Pick<URL, 'hostname' | 'port'>, callback: (error: unknown, socket: unknown) => void) => void;

/** As undici calls for a connection. */
function connectorOf(tunnel: Tunnel, timeout: number): Connector {
  return (to, callback) => {
    tunnel.open(to, timeout).then(
      (socket) => callback(null, socket),
      (error) => callback(error, null),
    );
  };
}

/**
 * Whether Node itself was told to use the environment's proxy.
 *
 * Source: Node.js, "HTTP", "Built-in Proxy Support".
 */
function isNodeProxied(): boolean {
  const https = globalThis.process?.getBuiltinModule?.('node:https');
  return (https?.globalAgent as { options?: { proxyEnv?: unknown } } | undefined)?.options?.proxyEnv !== undefined;
}
