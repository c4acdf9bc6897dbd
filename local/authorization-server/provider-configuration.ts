import { randomBytes, randomUUID } from 'node:crypto';
import type { Configuration, JWKS } from 'oidc-provider';
import { createMemoryAdapter } from './memory-adapter.ts';
import { OPENID_SCOPES, type Pool } from './pool.ts';

/** Stands for no resource: a token of it gets no `aud`, as in Cognito. */
const UNBOUND = 'urn:lambda-mcp:unbound';

/** The library insists on an audience; JSON leaves this one out. */
const NO_AUDIENCE = () => {};

/**
 * Has `oidc-provider` behave like a user pool: its paths, the claims of its tokens, and its gaps.
 *
 * Source: Amazon Cognito Developer Guide, "Understanding the access token", "Resource binding", "Refresh tokens".
 */
export function providerConfiguration(pool: Pool, jwks: JWKS): Configuration {
  const { id, users, clients, accessTokenValidity } = pool;
  const customScopes = [...new Set(clients.flatMap(({ scopes }) => scopes))].filter((s) => !OPENID_SCOPES.includes(s));
  const userOf = (sub: unknown) => users.find((user) => user.sub === sub);

  return {
    clients: clients.map(({ clientId, clientSecret, callbackUrls, scopes }) => ({
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      token_endpoint_auth_method: clientSecret === undefined ? 'none' : 'client_secret_basic',
      // Of a native application any port of loopback would do; a pool takes the one that it was told.
      application_type: 'web',
      redirect_uris: [...callbackUrls],
      response_types: callbackUrls.length > 0 ? ['code'] : [],
      grant_types: callbackUrls.length > 0 ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
      scope: scopes.join(' '),
    })),
    jwks,
    adapter: createMemoryAdapter(),
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: [...OPENID_SCOPES, ...customScopes],
    claims: { openid: ['sub', 'token_use', 'cognito:username'], email: ['email'] },
    findAccount: (_, sub) => {
      const user = userOf(sub);
      if (!user) return undefined;
      const claims = { sub, token_use: 'id', 'cognito:username': user.username, email: `${user.username}@example.com` };
      return { accountId: sub, claims: async () => claims };
    },
    // A pool asks for PKCE only where the client begins with it, and knows S256 alone.
    pkce: { required: () => false },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTokenValidity,
      ClientCredentials: accessTokenValidity,
      IdToken: accessTokenValidity,
      Grant: 86_400,
      Session: 3600,
      Interaction: 3600,
      RefreshToken: 86_400,
    },
    interactions: { url: (_, { uid }) => `/login/${uid}` },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      userinfo: '/oauth2/userInfo',
      jwks: `/${id}/.well-known/jwks.json`,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      // The library's own rule, which it prints a notice about when it is left to it.
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => UNBOUND,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: customScopes.join(' '),
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenValidity,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (_, token, jwt) => {
          const { aud, sub, iat, exp, jti, scope, client_id, iss } = jwt.payload as Record<string, unknown>;
          const isMachine = token.kind === 'ClientCredentials';
          const own = clients.find(({ clientId }) => clientId === client_id)?.scopes.join(' ');
          const user = userOf(sub);
          const payload: Record<string, unknown> = {
            sub,
            iss,
            version: 2,
            client_id,
            ...(!isMachine && { origin_jti: randomUUID(), username: user?.username }),
            token_use: 'access',
            scope: scope ?? own,
            auth_time: iat,
            exp,
            iat,
            jti,
            // Never in a machine's token, whatever it asked for.
            aud: isMachine || aud === UNBOUND ? NO_AUDIENCE : aud,
          };
          jwt.payload = payload;
          // A pool's tokens are not typed as RFC 9068 has it.
          jwt.header = { ...jwt.header, typ: undefined };
        },
      },
    },
    renderError: (ctx, { error, error_description }) => {
      ctx.type = 'text/plain';
      ctx.body = `${error}: ${error_description ?? ''}\n`;
    },
  };
}
