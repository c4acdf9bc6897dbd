import type { OAuthClientProvider, OAuthDiscoveryState, StoredOAuthTokens } from '@modelcontextprotocol/client';

interface Account {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly callbackUrl: string;
}

/** Somebody who signs in where the SDK's client sends them, and allows what it asks for. */
export interface Person extends OAuthClientProvider {
  /** Where they came back to; it holds the code. */
  back: URL | undefined;
}

export function createPerson({ username, password, clientId, callbackUrl }: Account): Person {
  let tokens: StoredOAuthTokens | undefined;
  let verifier = '';
  let discovered: OAuthDiscoveryState | undefined;
  return {
    back: undefined,
    redirectUrl: callbackUrl,
    clientMetadata: { redirect_uris: [callbackUrl] },
    clientInformation: () => ({ client_id: clientId }),
    tokens: () => tokens,
    saveTokens(given) {
      tokens = given;
    },
    codeVerifier: () => verifier,
    saveCodeVerifier(given) {
      verifier = given;
    },
    // By it the client knows that the code comes from the issuer that it asked.
    discoveryState: () => discovered,
    saveDiscoveryState(given) {
      discovered = given;
    },
    async redirectToAuthorization(url) {
      this.back = await browse(url, { username, password });
    },
  };
}

/** A browser, as far as two forms need one. @returns the first address at another origin */
async function browse(start: URL, account: Record<string, string>): Promise<URL> {
  const cookies = new Map<string, string>();
  const forms = [{ ...account, action: 'sign-in' }, { action: 'allow' }];
  let at = start;
  let form: Record<string, string> | undefined;
  for (;;) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = form && { method: 'POST', body: new URLSearchParams(form) };
    const response = await fetch(at, { redirect: 'manual', headers: { cookie }, ...sent });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(/[=;]/, 2);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) {
      form = response.ok ? forms.shift() : undefined;
      if (!form) throw new Error(`${at.pathname} answers ${response.status}: ${await response.text()}`);
      continue;
    }
    form = undefined;
    at = new URL(location, at);
    if (at.origin !== start.origin) return at;
  }
}
