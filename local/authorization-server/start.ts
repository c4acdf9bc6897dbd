import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../http-io.ts';
import { type Listening, listen } from '../listen.ts';
import { discoveryDocument } from './discovery-document.ts';
import { loadOidcProvider } from './load-oidc-provider.ts';
import type { Pool, PoolClient, PoolUser } from './pool.ts';
import { providerConfiguration } from './provider-configuration.ts';
import { createSignIn } from './sign-in.ts';

export interface AuthorizationServerOptions {
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Scopes of the server's own, as `IDENTIFIER/NAME`. */
  readonly scopes?: readonly string[];
  /** Where a person's client takes up the code; exact. */
  readonly callbackUrls?: readonly string[];
  /** On 127.0.0.1. @default a free one */
  readonly port?: number;
  /**
   * How long an access token is good; seconds.
   * @default 3600
   */
  readonly accessTokenValidity?: number;
}

/** A user pool on loopback. */
export interface AuthorizationServer {
  readonly issuer: string;
  /** Origin of what a pool has at its domain. */
  readonly domain: string;
  readonly users: readonly PoolUser[];
  readonly clients: { readonly people: PoolClient; readonly machine: PoolClient };
  close(): Promise<void>;
}

/** Where `lambda-mcp login` waits for the code. */
const CALLBACK = 'http://localhost:33418/callback';

/**
 * Starts an authorization server on loopback that behaves like an Amazon Cognito user pool, with one user, a public client
 * and one for machines. Keys, passwords and secrets are new each time.
 *
 * @throws Error when `oidc-provider` is not installed, or the port is taken
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const { region = 'us-east-1', scopes = [], callbackUrls = [CALLBACK], accessTokenValidity = 3600 } = options;
  const { default: Provider } = await loadOidcProvider();
  const people: PoolClient = {
    clientId: randomBytes(13).toString('hex'),
    callbackUrls,
    scopes: ['openid', 'email', 'profile', ...scopes],
  };
  const machine: PoolClient = {
    clientId: randomBytes(13).toString('hex'),
    clientSecret: randomBytes(25).toString('hex'),
    callbackUrls: [],
    scopes,
  };
  const users = [{ username: 'maria', password: randomBytes(6).toString('hex'), sub: randomUUID() }];
  const pool: Pool = {
    id: `${region}_Local${randomBytes(4).toString('hex')}`,
    users,
    clients: [people, machine],
    accessTokenValidity,
  };

  let serve: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end();
  const listening: Listening = await listen((request, response) => serve(request, response), options.port);
  const { origin } = listening;
  const provider = new Provider(`${origin}/${pool.id}`, providerConfiguration(pool, { keys: [newKey()] }));
  // A pool sends no `iss` along with its code.
  provider.use(async (ctx, next) => {
    await next();
    const location = URL.parse(ctx.response.get('location'));
    if (!location?.searchParams.has('iss') || location.origin === origin) return;
    location.searchParams.delete('iss');
    ctx.response.set('location', location.href);
  });
  const callback = provider.callback();
  const signIn = createSignIn(provider, users);
  const document = discoveryDocument(origin, pool);
  serve = (request, response) => {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname === `/${pool.id}/.well-known/openid-configuration`) return sendJson(response, 200, document);
    // A pool has its metadata there and nowhere else.
    if (url.pathname.includes('.well-known/') && !url.pathname.endsWith('/jwks.json'))
      return sendJson(response, 404, {});
    if (url.pathname.startsWith('/login/')) {
      return void signIn(request, response).catch((error: Error) => sendJson(response, 400, { error: error.message }));
    }
    if (url.pathname === '/oauth2/authorize' && !url.searchParams.has('scope')) {
      // Who names no scopes gets all of the client's.
      url.searchParams.set('scope', people.scopes.join(' '));
      request.url = url.pathname + url.search;
    }
    return callback(request, response);
  };
  return {
    issuer: `${origin}/${pool.id}`,
    domain: origin,
    users,
    clients: { people, machine },
    close: listening.close,
  };
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: randomBytes(16).toString('base64url'),
    use: 'sig',
    alg: 'RS256',
  };
}
