import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { LambdaHandler } from '../lambda-handler.ts';
import { type Sessions, WITH_SESSIONS, type WithSessions } from '../sessions.ts';
import { isLoopback, readAddress } from './address.ts';
import type { ServeOptions } from './serve-options.ts';
import { reportSessions } from './sessions/report-sessions.ts';
import { createSessionMap } from './sessions/session-map.ts';
import type { SessionOptions } from './sessions/session-options.ts';
import { taskAddress } from './sessions/task-address.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** A server that listens. */
export interface RunningServer {
  /** Of the MCP server. */
  readonly url: URL;
  /** Takes no more calls, waits for those that run as long as `stopTimeout` allows, then breaks them off. */
  close(): Promise<void>;
}

/** Longer than a load balancer keeps an idle connection, 60 s by default: it must not send into one that closes. */
const KEEP_ALIVE_TIMEOUT = 75_000;

/**
 * Serves what `createLambdaHandler` made as a Node HTTP server, for containers, AgentCore Runtime and Lambda Web
 * Functions: MCP at `/mcp`, and for health checks `/ping` and `/healthz`. Several calls run at once.
 *
 * Source: Amazon ECS Developer Guide, "Graceful shutdowns"; Amazon Bedrock AgentCore, "Deploy MCP servers".
 *
 * @throws {TypeError} for an address that is none, or that other machines can connect to without `allowUnauthenticated`
 */
export async function serve(handler: LambdaHandler, options: ServeOptions = {}): Promise<RunningServer> {
  if (typeof handler?.fetch !== 'function') {
    throw new TypeError('serve() takes what createLambdaHandler returns, and was given something without a fetch.');
  }
  const { path = '/mcp', stopTimeout = 25_000, handleSignals = true } = options;
  const { auth } = handler;
  if (auth && !auth.resource) {
    throw new TypeError(
      'serve() does not know by which URL its clients call it, so that no token can be checked for it. Set MCP_SERVER_URL, ' +
        'or the option resource of cognito(…) or oidc(…).',
    );
  }
  const { host, port } = readAddress(options, auth !== undefined);
  const sessionOptions = await readSessions(options.sessions, port);
  const isAllowedHost = hostRule(options.allowedHosts, host, sessionOptions?.cluster?.address);
  const isLocal = !options.allowedHosts && isLoopback(host);
  const sessions = sessionOptions && createSessionMap(sessionOptions);
  const answer = sessions ? withSessions(handler, sessions) : handler.fetch;
  const serveMcp = getRequestListener((request) => answer(isLocal ? admitLocalOrigin(request) : request), {
    overrideGlobalObjects: false,
  });
  let isStopping = false;

  const server = createServer((request, response) => {
    const [pathname] = (request.url ?? '').split('?', 1);
    if (isStopping) response.setHeader('connection', 'close');
    if (pathname === '/ping' || pathname === '/healthz') return answerHealth(response, isStopping);
    if (isStopping) return refuse(response, 503, 'The server is stopping. Try again.');
    if (!isAllowedHost(request)) return refuse(response, 403, 'This Host is not served here: see allowedHosts.');
    const isMetadata = auth !== undefined && pathname?.startsWith('/.well-known/oauth-');
    if (pathname !== path && !isMetadata) return refuse(response, 404, `The MCP server is at ${path}.`);
    return void serveMcp(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.headersTimeout = KEEP_ALIVE_TIMEOUT + 5000;
  server.listen(port, host);
  await once(server, 'listening');

  const endReport = sessions && sessionOptions?.reportCount ? reportSessions(sessions.size) : undefined;
  let closing: Promise<void> | undefined;
  async function stop(): Promise<void> {
    isStopping = true;
    endReport?.();
    sessions?.stop();
    const closed = once(server, 'close');
    server.close();
    // A connection whose call has ended is idle, and would be kept for the next one.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), stopTimeout);
    await closed;
    clearInterval(sweep);
    clearTimeout(late);
  }
  const close = () => {
    closing ??= stop();
    return closing;
  };
  if (handleSignals) stopOnSignals(close);
  const { port: taken } = server.address() as AddressInfo;
  return { url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${taken}${path}`), close };
}

/** With the address that other processes know, where a cluster's is to be found out. */
async function readSessions(sessions: ServeOptions['sessions'], port: number): Promise<SessionOptions | undefined> {
  if (!sessions) return undefined;
  const options = sessions === true ? {} : sessions;
  if (!options.cluster || options.cluster.address !== undefined) return options;
  return { ...options, cluster: { ...options.cluster, address: await taskAddress(port) } };
}

function withSessions(handler: LambdaHandler, sessions: Sessions): LambdaHandler['fetch'] {
  const { [WITH_SESSIONS]: serveThem } = handler as { [WITH_SESSIONS]?: WithSessions };
  if (serveThem) return serveThem(sessions);
  throw new TypeError(
    'This handler cannot have sessions: they need a factory, given to createLambdaHandler of lambda-mcp/server or ' +
      'lambda-mcp/server/v1. Leave out sessions.',
  );
}

/**
 * Which requests are served, by their `Host`. Other processes send a session's requests on to the address of this one.
 *
 * Source: MCP specification, Streamable HTTP, security: DNS rebinding.
 */
function hostRule(
  allowedHosts: ServeOptions['allowedHosts'],
  host: string,
  clusterAddress: string | undefined,
): (request: Pick<IncomingMessage, 'headers'>) => boolean {
  if (!allowedHosts && !isLoopback(host)) return () => true;
  const names = allowedHosts?.map((name) => name.toLowerCase());
  const own = clusterAddress === undefined ? undefined : URL.parse(clusterAddress)?.hostname;
  return ({ headers }) => {
    const name = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? '';
    return name !== '' && (name === own || (names?.includes(name) ?? isLoopback(name)));
  };
}

/**
 * A page of this machine may call a server of this machine, as the SDKs' own check of `Origin` lets it; of others the
 * handler's `allowedOrigins` decides.
 */
function admitLocalOrigin(request: Request): Request {
  const origin = request.headers.get('origin');
  if (origin === null || !isLoopback(URL.parse(origin)?.hostname ?? '')) return request;
  const { url, method, body, signal } = request;
  const headers = new Headers(request.headers);
  headers.delete('origin');
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit);
}

function answerHealth(response: ServerResponse, isStopping: boolean): void {
  response.writeHead(isStopping ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: isStopping ? 'Stopping' : 'Healthy' }));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
}
