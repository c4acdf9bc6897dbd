import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Origins of the trickster, and of a server that nobody should ask. */
interface Places {
  readonly origin: string;
  readonly other: string;
}

/** What a server does otherwise than it should. */
export interface Tricks {
  /** Members of the protected resource's metadata. */
  resource?(places: Places): object;
  /** Members of the authorization server's metadata; a status in their place. */
  metadata?(places: Places): object | number;
  /** Where the server says that its metadata are. */
  metadataUrl?(places: Places): string;
  /** Where the browser is sent back to. */
  back?(callback: URL, places: Places): void;
  /** Where the token endpoint redirects to. */
  tokenElsewhere?(places: Places): string;
  /** Where the MCP server redirects to, once somebody has signed in. */
  serverElsewhere?(places: Places): string;
}

export interface Trickster extends AsyncDisposable {
  readonly origin: string;
  /** Paths that were asked for, and bodies that came with them. */
  readonly seen: readonly string[];
}

/** An MCP server and its authorization server in one, which is honest but for its tricks. */
export async function startTrickster(tricks: Tricks = {}, other = ''): Promise<Trickster> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const places = { origin, other };
  return {
    origin,
    seen,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const body = await text(request);
    seen.push(`${url.pathname} ${body} ${request.headers.authorization ?? ''}`);
    const json = (status: number, value: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    const redirect = (to: string) => response.writeHead(307, { location: to }).end();
    if (url.pathname === '/.well-known/oauth-protected-resource') {
      return void json(200, { resource: `${origin}/`, authorization_servers: [origin], ...tricks.resource?.(places) });
    }
    if (url.pathname === '/.well-known/oauth-authorization-server') {
      const changed = tricks.metadata?.(places) ?? {};
      if (typeof changed === 'number') return void json(changed, {});
      return void json(200, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
        ...changed,
      });
    }
    if (url.pathname === '/authorize') {
      const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
      callback.searchParams.set('code', 'a-code');
      callback.searchParams.set('state', url.searchParams.get('state') ?? '');
      tricks.back?.(callback, places);
      return void redirect(callback.href);
    }
    if (url.pathname === '/token') {
      if (tricks.tokenElsewhere) return void redirect(tricks.tokenElsewhere(places));
      return void json(200, { access_token: 'an-access-token', token_type: 'Bearer', expires_in: 300 });
    }
    if (request.headers.authorization === 'Bearer an-access-token') {
      if (tricks.serverElsewhere) return void redirect(tricks.serverElsewhere(places));
      const { id } = JSON.parse(body || '{}');
      return void json(200, { jsonrpc: '2.0', id, result: { tools: [] } });
    }
    const at = tricks.metadataUrl?.(places) ?? `${origin}/.well-known/oauth-protected-resource`;
    json(401, { error: 'invalid_token' }, { 'www-authenticate': `Bearer resource_metadata="${at}"` });
  }
}
