import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Tests1';
export const POOL = 'us-east-1_Tests1';
export const CLIENT = 'people-client';

/** Claims that are to be others; undefined leaves one out. */
export type Changed = { readonly [K in keyof JWTPayload]?: JWTPayload[K] | undefined };

/** Claims as a pool writes them into an access token that is bound to a resource. */
export function claimsFor(resource: string | undefined, changed: Changed = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const claims: Changed = {
    iss: ISSUER,
    sub: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
    client_id: CLIENT,
    token_use: 'access',
    scope: 'openid tools/call',
    username: 'maria',
    iat: now,
    exp: now + 300,
    ...(resource !== undefined && { aud: resource }),
    ...changed,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)) as JWTPayload;
}

export interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function makeKey(kid: string): Promise<Key> {
  return { kid, ...(await generateKeyPair('RS256', { extractable: true })) };
}

export function sign(claims: JWTPayload, { kid, privateKey }: Key, changed: Partial<Key> = {}): Promise<string> {
  const header = { alg: 'RS256', kid: changed.kid ?? kid };
  return new SignJWT(claims).setProtectedHeader(header).sign(changed.privateKey ?? privateKey);
}

export async function jwksOf(...keys: Key[]): Promise<{ keys: object[] }> {
  const documents = keys.map(async ({ kid, publicKey }) => ({
    ...(await exportJWK(publicKey)),
    kid,
    alg: 'RS256',
    use: 'sig',
  }));
  return { keys: await Promise.all(documents) };
}

/** Serves documents by their path, and counts who asked. */
export async function serveDocuments(documents: Record<string, object | number>) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const document = documents[url] ?? 404;
    const status = typeof document === 'number' ? document : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, documents, asked, close: () => void server.close() };
}
