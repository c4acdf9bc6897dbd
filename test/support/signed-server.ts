import type { IncomingMessage, ServerResponse } from 'node:http';
import { readIncoming } from '../../local/http-io.ts';
import { listen } from '../../local/listen.ts';
import { type SignatureRefusal, verifySigV4 } from '../../local/sigv4/verify.ts';

export const credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'c2Vzc2lvbi10b2tlbg==',
};

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What a verifier that shares no code with the signer has against the signature; undefined: nothing. */
  readonly refusal: SignatureRefusal | undefined;
}

export interface SignedServer {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Sets this server's clock; milliseconds ahead. */
  setClock(offset: number): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SignedServerOptions {
  readonly region?: string;
  readonly service?: string;
  /** Milliseconds by which this server's clock is ahead. */
  readonly clockOffset?: number;
}

/** A server on loopback that verifies each request's signature and answers as it is told. */
export async function startSignedServer(
  respond: (request: Received, response: ServerResponse, socket: IncomingMessage['socket']) => void = (_, response) =>
    void response.end(),
  { region = 'us-east-1', service = 'lambda', clockOffset: givenOffset }: SignedServerOptions = {},
): Promise<SignedServer> {
  const received: Received[] = [];
  let clockOffset = givenOffset ?? 0;
  const { origin, close } = await listen(async (request, response) => {
    const incoming = await readIncoming(request, 10 * 1024 * 1024);
    if (!incoming) return void response.writeHead(413).end();
    const now = new Date(Date.now() + clockOffset);
    response.setHeader('date', now.toUTCString());
    const findAccessKey = (id: string) => (id === credentials.accessKeyId ? credentials : undefined);
    const verification = verifySigV4(incoming, { findAccessKey, region, service, now });
    const seen: Received = {
      method: incoming.method,
      target: incoming.target,
      headers: request.headers as Record<string, string>,
      body: Buffer.from(incoming.body),
      refusal: verification.ok ? undefined : verification.refusal,
    };
    received.push(seen);
    if (seen.refusal && givenOffset !== undefined) {
      response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': seen.refusal.errorType });
      return void response.end(JSON.stringify({ message: seen.refusal.message }));
    }
    respond(seen, response, request.socket);
  });
  return {
    origin,
    received,
    setClock(offset) {
      clockOffset = offset;
    },
    [Symbol.asyncDispose]: close,
  };
}
