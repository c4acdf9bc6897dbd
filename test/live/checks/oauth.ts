import { decodeJwt } from 'jose';
import type { Check, Target } from '../target.ts';

const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
const A_PERSON = 'it takes a person at the pool’s login page';

/** An access token of the machine's client. @param params beside the grant's type */
async function machineToken({ signedIn }: Target, params: Record<string, string> = {}) {
  const { clientId, clientSecret } = await signedIn.machine();
  const response = await fetch(`${signedIn.domain}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...params }),
  });
  const { access_token: token, error } = (await response.json()) as { access_token?: string; error?: string };
  return { status: response.status, token, error };
}

async function callTool({ signedIn }: Target, token?: string): Promise<Response> {
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return fetch(signedIn.url, { method: 'POST', headers, body: JSON.stringify(CALL) });
}

/** Where the page for signing in sends a browser that it does not take. */
async function authorize({ signedIn }: Target, params: Record<string, string>): Promise<string> {
  const { clientId } = signedIn.people;
  const asked = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://localhost:33418/callback',
    ...params,
  };
  const url = new URL(`/oauth2/authorize?${new URLSearchParams(asked)}`, signedIn.domain);
  const response = await fetch(url, { redirect: 'manual' });
  await response.body?.cancel();
  const location = URL.parse(response.headers.get('location') ?? '', url.href);
  const isRedirect = response.status >= 300 && response.status < 400;
  if (!isRedirect || !location || location.origin === url.origin)
    return response.status < 500 ? 'nowhere else' : `${response.status}`;
  return location.searchParams.get('error') ?? location.origin;
}

export const oauthChecks: readonly Check[] = [
  {
    what: 'A pool’s metadata lack code_challenge_methods_supported',
    sure: 'report',
    expected: { status: 200, s256: 'not said' },
    async see({ signedIn }) {
      const response = await fetch(`${signedIn.issuer}/.well-known/openid-configuration`);
      const { code_challenge_methods_supported: s256 = 'not said' } = (await response.json()) as Record<
        string,
        unknown
      >;
      return { status: response.status, s256 };
    },
  },
  {
    what: 'They are at none of the places of RFC 8414, which answer with no 5xx',
    sure: 'doc',
    expected: ['4xx', '4xx'],
    async see({ signedIn }) {
      const { origin, pathname } = new URL(signedIn.issuer);
      const statuses = ['oauth-authorization-server', 'openid-configuration'].map(async (name) => {
        const { status } = await fetch(`${origin}/.well-known/${name}${pathname}`);
        return `${Math.floor(status / 100)}xx`;
      });
      return Promise.all(statuses);
    },
  },
  {
    what: 'A machine’s token has no aud, though it asked for a resource, which is passed over',
    sure: 'open',
    expected: { status: 200, use: 'access', aud: 'none', isItself: true },
    async see(target) {
      const { status, token, error } = await machineToken(target, { resource: target.signedIn.url });
      if (token === undefined) return { status, error };
      const { token_use: use, aud = 'none', client_id, sub } = decodeJwt(token);
      return { status, use, aud, isItself: client_id === sub };
    },
  },
  {
    what: 'With auth type NONE a function URL hands Authorization on, and requestId is the invocation’s',
    sure: 'open',
    // Were it not, the server would not know its own URL: 500.
    expected: { status: 200, whoami: true },
    async see(target) {
      const { token } = await machineToken(target);
      const response = await callTool(target, token);
      return { status: response.status, whoami: (await response.text()).includes('a machine, no IAM') };
    },
  },
  {
    what: 'A stranger gets a 401 whose challenge is renamed, and finds the metadata by the well-known path',
    sure: 'report',
    expected: { status: 401, challenge: null, isRenamed: true, issuer: true },
    async see(target) {
      const { issuer, url } = target.signedIn;
      const { status, headers } = await callTool(target);
      const metadata = await fetch(new URL('/.well-known/oauth-protected-resource', url));
      const { authorization_servers: servers } = (await metadata.json()) as { authorization_servers?: string[] };
      return {
        status,
        challenge: headers.get('www-authenticate'),
        isRenamed: headers.get('x-amzn-remapped-www-authenticate')?.includes('resource_metadata=') ?? false,
        issuer: servers?.[0] === issuer,
      };
    },
  },
  {
    what: 'A callback is compared to the letter, port included, and no browser is sent to another',
    sure: 'doc',
    expected: ['nowhere else', 'nowhere else'],
    see: (target) =>
      Promise.all([
        authorize(target, { redirect_uri: 'http://localhost:33419/callback' }),
        authorize(target, { redirect_uri: 'https://evil.example.com/callback' }),
      ]),
  },
  {
    what: 'A redirect that carries a code has no iss; a resource in the request for tokens is passed over',
    sure: 'open',
    unasked: A_PERSON,
  },
  {
    what: 'A refresh token that comes again after its rotation ends all that came of the sign-in',
    sure: 'open',
    unasked: A_PERSON,
  },
  {
    what: 'The Cognito authorizer of a REST API takes a token for another resource',
    sure: 'open',
    unasked: 'it takes a domain and its certificate, and a person at the pool’s login page',
  },
];
