import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InteractionResults, default as Provider } from 'oidc-provider';
import type { PoolUser } from './pool.ts';
import { consentPage, signInPage } from './sign-in-pages.ts';

/** What is missing before a client gets its code. */
interface Missing {
  readonly missingOIDCScope?: string[];
  readonly missingOIDCClaims?: string[];
  readonly missingResourceScopes?: Readonly<Record<string, string[]>>;
}

/** Lets a person sign in and consent, where the provider sends them. */
export function createSignIn(provider: Provider, users: readonly PoolUser[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const interaction = await provider.interactionDetails(request, response);
    const { prompt, params, session, grantId } = interaction;
    const clientId = String(params.client_id);
    const missing = prompt.details as Missing;
    const isSignIn = prompt.name === 'login';
    const consent = () => {
      const scopes = [missing.missingOIDCScope ?? [], Object.values(missing.missingResourceScopes ?? {})].flat(2);
      return consentPage(clientId, scopes, [params.resource ?? []].flat().map(String).filter(isUrl));
    };
    if (request.method !== 'POST') return show(response, isSignIn ? signInPage(clientId, false) : consent());

    const form = new URLSearchParams(await text(request));
    const finish = (result: InteractionResults, mergeWithLastSubmission: boolean) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission });
    if (isSignIn) {
      const user = users.find(({ username, password }) => username === form.get('username') && isSame(password, form));
      if (!user) return show(response, signInPage(clientId, true), 400);
      return finish({ login: { accountId: user.sub } }, false);
    }
    if (form.get('action') !== 'allow') return finish({ error: 'access_denied' }, false);
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const grant = known ?? new provider.Grant({ accountId: session?.accountId ?? '', clientId });
    if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '));
    if (missing.missingOIDCClaims) grant.addOIDCClaims(missing.missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(missing.missingResourceScopes ?? {})) {
      grant.addResourceScope(resource, scopes.join(' '));
    }
    return finish({ consent: { grantId: await grant.save() } }, true);
  };
}

function isSame(password: string, form: URLSearchParams): boolean {
  const [given, known] = [Buffer.from(form.get('password') ?? ''), Buffer.from(password)];
  return given.length === known.length && timingSafeEqual(given, known);
}

function isUrl(text: string): boolean {
  return !text.startsWith('urn:');
}

function show(response: ServerResponse, html: string, status = 200): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(html);
}
