import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { signRequest } from '../../../transport/signing/sign-request.ts';
import type { TestLambda } from '../../support/lambda.ts';
import type { Cell } from '../axes.ts';
import { CELL_HEADER } from './told.ts';

/** What left the function, byte for byte. */
export interface Left {
  readonly status: number;
  /** Names in lower case, sorted. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Whether the body ended as HTTP has it. */
  readonly isComplete: boolean;
}

/** Asks the function URL for a cell, by a client that takes the answer as it comes. */
export async function observeServer(cell: Cell, lambda: TestLambda, message: object): Promise<Left> {
  const body = JSON.stringify(message);
  const headers = new Map([
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
    [CELL_HEADER, JSON.stringify(cell)],
  ]);
  const scope = { service: 'lambda', region: lambda.region };
  const given = { url: new URL(lambda.functionUrl), method: 'POST', headers, body };
  const signed = await signRequest(given, scope, lambda.agent, new Date());
  const sent = request(signed.url, { method: 'POST', headers: Object.fromEntries(signed.headers) }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch {
    // It broke off.
  }
  const { statusCode = 0, complete } = response;
  return { status: statusCode, headers: pairs(response.rawHeaders), body: Buffer.concat(chunks), isComplete: complete };
}

function pairs(raw: readonly string[]): string[] {
  const all = [];
  for (let i = 0; i + 1 < raw.length; i += 2) all.push(`${raw[i]?.toLowerCase()}: ${raw[i + 1]}`);
  return all.sort();
}
