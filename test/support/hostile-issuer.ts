import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server, or its authorization server, answers in place of what is right. Undefined members stay right. */
export interface Behaviour {
  /** `resource_metadata` of the challenge; null leaves it out. */
  readonly resourceMetadata?: string | null;
  /** A number is a status; a text is where it redirects to. */
  readonly protectedResource?: object | number | string;
  readonly metadata?: object | number | string;
  /** Parameters of the redirect that are to be others; undefined leaves one out. */
  readonly redirect?: Readonly<Record<string, string | undefined>>;
  /** Sent to the callback before the real answer. */
  readonly forged?: Readonly<Record<string, string>>;
  readonly token?: object | number | string;
  /** What the MCP server answers to whoever has a token. */
  readonly server?: object | number | string;
  /** Whether each refresh token is good once. Tokens then take a second to come, and end at once. */
  readonly rotates?: boolean;
}

/** An MCP server and its authorization server in one, which let everybody in but as told. */
export interface HostileIssuer extends AsyncDisposable {
  readonly url: string;
  readonly issuer: string;
  behaviour: Behaviour;
  /** Method and path of each request, with what a form held. */
  readonly asked: {
    readonly path: string;
    readonly form: URLSearchParams;
    readonly headers: IncomingMessage['headers'];
  }[];
}

export const GIVEN = { accessToken: 'access-QkFzZTY0VG9rZW4', refreshToken: 'refresh-Zm9yTm9ib2R5' };

export async function startHostileIssuer(): Promise<HostileIssuer> {
  const asked: HostileIssuer['asked'] = [];
  let rotation = 0;
  const server = createServer(async (request, response) => {
    const { origin } = new URL(issuer.url);
    const url = new URL(request.url ?? '/', origin);
    const body = await text(request);
    const form = new URLSearchParams(body);
    asked.push({ path: `${request.method} ${url.pathname}`, form, headers: request.headers });
    const { behaviour } = issuer;
    const answer = (given: object | number | string) => {
      if (typeof given === 'string') return void response.writeHead(307, { location: given }).end();
      const [status, body] = typeof given === 'number' ? [given, {}] : [200, given];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/mcp': {
        const { authorization } = request.headers;
        if (behaviour.server !== undefined && authorization) return answer(behaviour.server);
        if (authorization === `Bearer ${GIVEN.accessToken}`)
          return answer({ jsonrpc: '2.0', id: JSON.parse(body).id, error: { code: -32601, message: 'unknown' } });
        const named =
          behaviour.resourceMetadata === undefined
            ? `${origin}/.well-known/oauth-protected-resource/mcp`
            : behaviour.resourceMetadata;
        const challenge = `Bearer error="invalid_token"${named === null ? '' : `, resource_metadata="${named}"`}`;
        return void response.writeHead(401, { 'www-authenticate': challenge }).end();
      }
      case '/.well-known/oauth-protected-resource/mcp':
        return answer(behaviour.protectedResource ?? { resource: issuer.url, authorization_servers: [issuer.issuer] });
      case '/.well-known/oauth-authorization-server/as':
        return answer(behaviour.metadata ?? issuerMetadata(origin));
      case '/as/authorize': {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        const params = { code: 'code-MTIzNDU2Nzg5', state: url.searchParams.get('state') ?? '', ...behaviour.redirect };
        if (behaviour.forged) await fetch(`${back}?${new URLSearchParams(behaviour.forged)}`);
        for (const [name, value] of Object.entries(params)) if (value !== undefined) back.searchParams.set(name, value);
        return void response.writeHead(302, { location: back.href }).end();
      }
      case '/as/token':
        if (behaviour.rotates) {
          const used = form.get('refresh_token');
          if (used !== null && used !== `refresh-number-${rotation}`) {
            return void response
              .writeHead(400, { 'content-type': 'application/json' })
              .end('{"error":"invalid_grant"}');
          }
          rotation += 1;
          const refresh_token = `refresh-number-${rotation}`;
          await sleep(1000);
          return answer({ access_token: GIVEN.accessToken, refresh_token, token_type: 'Bearer', expires_in: 1 });
        }
        return answer(
          behaviour.token ?? {
            access_token: GIVEN.accessToken,
            refresh_token: GIVEN.refreshToken,
            token_type: 'Bearer',
            expires_in: 3600,
          },
        );
      default:
        return answer(404);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: HostileIssuer = {
    url: `${origin}/mcp`,
    issuer: `${origin}/as`,
    behaviour: {},
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return issuer;
}

/** Metadata as they should be. */
export function issuerMetadata(origin: string): Record<string, unknown> {
  return {
    issuer: `${origin}/as`,
    authorization_endpoint: `${origin}/as/authorize`,
    token_endpoint: `${origin}/as/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
}
