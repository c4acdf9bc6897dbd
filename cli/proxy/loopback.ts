import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { errorLine, JsonRpcCode, parseMessage } from '../mcp/json-rpc.ts';
import type { Forward } from './forward.ts';

export interface LoopbackOptions {
  readonly forward: Forward;
  /** For GET and DELETE. */
  readonly reach: typeof fetch;
  readonly url: URL;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT/mcp` */
  readonly url: string;
  close(): Promise<void>;
}

/** Request headers that are meant for the MCP server. */
const PASSED = /^(?:mcp-.+|accept|last-event-id|traceparent|tracestate|baggage)$/;
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** More than any server behind AWS Lambda takes; bytes. */
const MAX_BODY_SIZE = 16 * 1024 * 1024;

/**
 * Serves MCP's Streamable HTTP on 127.0.0.1, signing nothing away: requests whose Host or Origin is not of this machine
 * are refused, so that no web page can use the caller's credentials.
 */
export async function serveLoopback({ forward, reach, url, port }: LoopbackOptions): Promise<LoopbackServer> {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const foreign = foreignCaller(request);
    if (foreign) return sendError(response, 403, foreign);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/' && pathname !== '/mcp') return sendError(response, 404, 'The MCP server is at /mcp.');
    const headers = passedHeaders(request);
    if (request.method !== 'POST') {
      const { method = 'GET' } = request;
      if (method !== 'GET' && method !== 'DELETE') return sendError(response, 405, `${method} is not of MCP.`);
      return passOn(await reach(url, { method, headers, signal: gone.signal }), response);
    }
    const body = await readBody(request);
    if (body === undefined) return sendError(response, 413, 'The request is larger than AWS Lambda takes.');
    const message = parseMessage(body);
    if (!message) return sendError(response, 400, 'The body is not one JSON-RPC message.', JsonRpcCode.parseError);
    await passOn(await forward({ body, message, headers, headersGiven: true, signal: gone.signal }), response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else sendError(response, 502, explainError(error).message);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CommandError(`Port ${port} is taken by another program: give --http another one.`, ExitCode.failed)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Why a request is not from this machine; undefined when it is. */
function foreignCaller({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  const name = /^(.*?)(?::\d+)?$/.exec(host)?.[1] ?? '';
  if (!LOOPBACK_NAMES.has(name.toLowerCase())) return 'The Host header does not name this machine.';
  if (origin === undefined) return undefined;
  const known = URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname);
  return known ? undefined : 'Pages of other origins may not call this server.';
}

function passedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (PASSED.test(name) && value !== undefined) headers[name] = String(value);
  }
  return headers;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.byteLength;
    if (size <= MAX_BODY_SIZE) chunks.push(chunk);
  }
  return size > MAX_BODY_SIZE ? undefined : Buffer.concat(chunks).toString('utf8');
}

async function passOn(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const name of ['content-type', 'mcp-session-id', 'allow', 'x-amzn-requestid']) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  response.flushHeaders();
  if (!answer.body) return void response.end();
  await pipeline(answer.body, response);
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  code: number = JsonRpcCode.invalidRequest,
) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(errorLine(null, code, message));
}
