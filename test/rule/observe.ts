import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type AnswerBytes, answerBytes, type Cell, plainAnswer } from './answers.ts';

/** What an SDK's client made of an answer. */
export interface Observation {
  readonly outcome: 'result' | 'error' | 'waits';
  /** The result as JSON, or the error's message. */
  readonly text: string;
  /** How often the server was asked. */
  readonly requests: number;
}

const INFO = { name: 'client', version: '1.0.0' };

/**
 * The same client against the same answer, with a `fetch` of one's choice.
 *
 * @param patience how long a client waits that would wait for its own time-out; milliseconds
 */
export async function observe(cell: Cell, fetch: typeof globalThis.fetch, patience: number): Promise<Observation> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method } = JSON.parse(Buffer.concat(chunks).toString());
    if (id === undefined) return void response.writeHead(202).end();
    if (method === cell.method) {
      requests += 1;
      return send(response, answerBytes(cell, id));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(plainAnswer(method, id));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const client = cell.line === 'v1' ? new ClientV1(INFO) : new ClientV2(INFO);
  try {
    const transport = cell.line === 'v1' ? new TransportV1(url, { fetch }) : new TransportV2(url, { fetch });
    const text = JSON.stringify(await ask(client as ClientV2, transport as TransportV2, cell.method, patience));
    return { outcome: 'result', text, requests };
  } catch (error) {
    const { message } = error as Error;
    return { outcome: /Request timed out/.test(message) ? 'waits' : 'error', text: message, requests };
  } finally {
    await client.close().catch(() => {});
    server.closeAllConnections();
    server.close();
  }
}

async function ask(
  client: ClientV2,
  transport: TransportV2,
  method: Cell['method'],
  timeout: number,
): Promise<unknown> {
  const options = { timeout };
  await client.connect(transport, method === 'initialize' ? options : {});
  if (method === 'initialize') return client.getServerVersion();
  if (method === 'tools/list') return client.listTools(undefined, options);
  // The older line takes a schema before the options.
  return client instanceof ClientV2
    ? client.callTool({ name: 'echo' }, options)
    : (client as unknown as ClientV1).callTool({ name: 'echo' }, undefined, options);
}

function send(response: ServerResponse, { status, headers, body, end }: AnswerBytes): void {
  response.writeHead(status, headers);
  response.flushHeaders();
  if (body.byteLength > 0) response.write(body);
  if (end === 'closed' || end === 'cut short') response.end();
  if (end === 'cut off') setImmediate(() => response.socket?.destroy());
  if (end !== 'left open with comments' || !String(headers['content-type']).startsWith('text/event-stream')) return;
  const timer = setInterval(() => response.write(': still here\n\n'), 100);
  response.on('close', () => clearInterval(timer));
}
