import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { explainResponse } from '../explain-response.ts';
import { errorLine, JsonRpcCode, parseMessage } from '../mcp/json-rpc.ts';
import { type Forward, isSignIn } from './forward.ts';
import { isAllowed, type LoopbackRules, refuseCaller } from './loopback-rules.ts';

export interface LoopbackOptions {
  readonly forward: Forward;
  /** For GET and DELETE. */
  readonly reach: typeof fetch;
  readonly url: URL;
  /** 0 takes a free one. */
  readonly port: number;
  readonly rules: LoopbackRules;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT/mcp` */
  readonly url: string;
  close(): Promise<void>;
}

/** Request headers that are meant for the MCP server. */
const PASSED = /^(?:mcp-.+|accept|last-event-id|traceparent|tracestate|baggage)$/;
/** More than any server behind AWS Lambda takes; bytes. */
const MAX_BODY_SIZE = 16 * 1024 * 1024;

/** Serves MCP's Streamable HTTP on 127.0.0.1, to those whom the rules let in: what comes is sent as the caller. */
export async function serveLoopback({ forward, reach, url, port, rules }: LoopbackOptions): Promise<LoopbackServer> {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const isPreflight = allowOrigin(request, response, rules);
    if (isPreflight) return void response.writeHead(204).end();
    const refusal = refuseCaller(request.headers, rules);
    if (refusal) return sendError(response, refusal.status, refusal.message);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/' && pathname !== '/mcp') return sendError(response, 404, 'The MCP server is at /mcp.');
    const headers = passedHeaders(request);
    if (request.method !== 'POST') {
      const { method = 'GET' } = request;
      if (method !== 'GET' && method !== 'DELETE') return sendError(response, 405, `${method} is not of MCP.`);
      const answered = await reach(url, { method, headers, signal: gone.signal });
      if (isSignIn(answered.status)) throw await explainResponse(answered);
      return passOn(answered, response);
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

/**
 * Says to a browser that a page of an allowed origin may read the answer. @returns whether it asked for no more than that
 *
 * Source: WHATWG Fetch, "CORS protocol"
 */
function allowOrigin(request: IncomingMessage, response: ServerResponse, { allowedOrigins }: LoopbackRules): boolean {
  const { origin, 'access-control-request-headers': wanted } = request.headers;
  if (!isAllowed(origin, allowedOrigins)) return false;
  response.setHeader('access-control-allow-origin', origin).setHeader('vary', 'origin');
  response.setHeader('access-control-expose-headers', 'mcp-session-id, x-amzn-requestid');
  if (request.method !== 'OPTIONS') return false;
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
  if (wanted !== undefined) response.setHeader('access-control-allow-headers', wanted);
  return true;
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
