import { createHash, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { Credentials } from './target.ts';

export interface Sending {
  readonly url: string;
  readonly region: string;
  /** @default 'lambda' */
  readonly service?: string;
  /** Without them the request goes out unsigned. */
  readonly as?: Credentials;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Seconds by which the signer's clock is ahead. */
  readonly clockAhead?: number;
  /** Signs the query instead of a header. */
  readonly presign?: boolean;
  /** Changes the request after it was signed. */
  readonly meddle?: (request: { path: string; headers: Record<string, string> }) => void;
  /** Goes away once the headers have come. */
  readonly leave?: boolean;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the connection ended before the body did. */
  readonly cut: boolean;
  /** Milliseconds from the headers to the first byte of the body. */
  readonly bodyLag: number;
  readonly requestId: string;
}

/** Sends a request exactly as it is given: no redirects, no retries, no URL that a parser has tidied up. */
export async function send(sending: Sending): Promise<Answer> {
  const { body = '', leave = false } = sending;
  const target = new URL(sending.url);
  const signed = await sign(sending, target);
  const path = `${signed.path}${toQuery(signed.query)}`;
  const changed = { path, headers: { ...signed.headers, connection: 'close' } };
  sending.meddle?.(changed);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(target, { method: 'POST', setHost: false, ...changed });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const came = performance.now();
      const chunks: Buffer[] = [];
      let bodyLag = 0;
      const done = (cut: boolean) =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string>,
          body: Buffer.concat(chunks).toString(),
          cut,
          bodyLag,
          requestId: String(incoming.headers['x-amzn-requestid'] ?? ''),
        });
      incoming.on('data', (chunk: Buffer) => {
        if (chunks.push(chunk) === 1) bodyLag = performance.now() - came;
        if (leave) outgoing.destroy();
      });
      incoming.on('end', () => done(false));
      incoming.on('error', () => done(true));
    });
    outgoing.end(body);
  });
}

async function sign(sending: Sending, target: URL): Promise<HttpRequest> {
  const { as, region, query = {}, body = '', clockAhead = 0, presign = false, service = 'lambda' } = sending;
  const request: HttpRequest = {
    method: 'POST',
    protocol: target.protocol,
    hostname: target.hostname,
    path: target.pathname,
    query: { ...query },
    headers: {
      host: target.host,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...(!presign && { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') }),
      ...sending.headers,
    },
    body,
  };
  if (!as) return request;
  const signer = new SignatureV4({ service, region, credentials: as, sha256: Sha256 });
  const signingDate = new Date(Date.now() + clockAhead * 1000);
  return presign ? signer.presign(request, { signingDate, expiresIn: 60 }) : signer.sign(request, { signingDate });
}

function toQuery(query: HttpRequest['query'] = {}): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(String(value ?? ''))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A notification, which our server neither reads nor answers with a body. */
export const NOTIFICATION = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/live' });

export function newId(): string {
  return randomUUID();
}
