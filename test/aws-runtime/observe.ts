import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalLambda } from 'lambda-mcp/local';
import { contents, newPath } from '../support/scratch.ts';
import { caller } from './lambdas.ts';

/** Sends a request to the function URL: signed, and otherwise as it is. */
export function send(lambda: LocalLambda, path: string, init: RequestInit = {}): Promise<Response> {
  const { region, functionUrl } = lambda;
  const signed = sigv4Fetch({ credentials: caller(lambda), region, stateless: false, retry: { attempts: 1 } });
  return signed(new URL(path, functionUrl), { method: 'POST', body: 'x', ...init });
}

/** What a request to the function URL comes to: `201 text/plain "body", a=1, b=2`. */
export async function viaUrl(lambda: LocalLambda, path: string, init?: RequestInit): Promise<string> {
  const response = await send(lambda, path, init);
  const chunks: Uint8Array[] = [];
  let end: string[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {
    end = ['broken off'];
  }
  const type = response.headers.get('content-type') ?? 'no type';
  const body = show(Buffer.concat(chunks));
  return [`${response.status} ${type}: ${body}`, ...response.headers.getSetCookie(), ...end].join(', ');
}

/** What an invocation comes to, its bytes as the function wrote them: `partial, then OwnError: no good`. */
export async function viaInvoke(lambda: LocalLambda, path: string): Promise<string> {
  const { lambdaEndpoint: endpoint, region, functionArn: FunctionName } = lambda;
  const client = new LambdaClient({ endpoint, region, credentials: caller(lambda), maxAttempts: 1 });
  const Payload = Buffer.from(JSON.stringify({ rawPath: path }));
  const { EventStream } = await client.send(new InvokeWithResponseStreamCommand({ FunctionName, Payload }));
  const chunks: Uint8Array[] = [];
  let failure: string | undefined;
  for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
    if (PayloadChunk?.Payload) chunks.push(PayloadChunk.Payload);
    if (InvokeComplete?.ErrorCode) failure = showError(InvokeComplete.ErrorCode, InvokeComplete.ErrorDetails);
  }
  const bytes = Buffer.concat(chunks);
  if (failure === undefined) return show(bytes);
  return bytes.byteLength === 0 ? failure : `${show(bytes)}, then ${failure}`;
}

/**
 * Reads the steps `1;`, `2;` and `3;`, of which the function writes one only after a file tells it that the one before
 * was read: were anything held back, neither would ever go on.
 */
export async function readSteps(lambda: LocalLambda, path: string, init?: RequestInit): Promise<string> {
  const file = newPath();
  const { body } = await send(lambda, `${path}?file=${encodeURIComponent(file)}`, init);
  const read: string[] = [];
  for await (const chunk of body ?? []) {
    for (const [, step] of Buffer.from(chunk).toString('utf8').matchAll(/(\d);/g)) {
      read.push(step as string);
      writeFileSync(`${file}.${step}`, '');
    }
  }
  return `${read.join(', ')}: each before the next was written`;
}

/** What the function logged from a line that is `first` to one that holds `last`. */
export async function logBetween(lambda: LocalLambda, first: string, last: string): Promise<string[]> {
  for (;;) {
    const lines = contents(lambda.logFile).split('\n');
    const start = lines.indexOf(first);
    const end = lines.findIndex((line, index) => index > start && line.includes(last));
    if (start >= 0 && end >= 0) return lines.slice(start + 1, end + 1);
    await sleep(20);
  }
}

/** Makes one line of what two runs should agree on: ids, times and paths are of one run alone. */
export function normalize(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\/[^ ']*\/index\.mjs/g, 'index.mjs')
    .replaceAll(/stopped after [\d.]+ s/g, 'stopped after N s')
    .replaceAll('\0'.repeat(8), ' NUL×8 ')
    .replaceAll('\n', '⏎')
    .replaceAll('\r', '␍')
    .replaceAll('\t', ' ');
}

function show(bytes: Buffer): string {
  if (bytes.byteLength === 0) return 'nothing';
  if (bytes.byteLength < 1000) return normalize(bytes.toString('utf8'));
  return `${bytes.byteLength} bytes (SHA-256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 4)}…)`;
}

function showError(type: string, details = '{}'): string {
  const { errorMessage } = JSON.parse(details) as { errorMessage?: string };
  return `${type}: ${normalize(errorMessage ?? '')}`;
}
