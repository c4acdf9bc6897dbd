import type { Challenge } from './discover.ts';
import { loadSdk } from './load-sdk.ts';

/** What a refusal asks for; empty where it says nothing. */
export async function challengeOf(response: Response): Promise<Challenge> {
  if (!isBearerChallenge(response)) return {};
  return (await loadSdk()).extractWWWAuthenticateParams(response);
}

/** Whether a refusal asks for a token. */
export function isBearerChallenge({ headers }: Response): boolean {
  return /^bearer\b/i.test(headers.get('www-authenticate') ?? '');
}

/**
 * Whether a token lacks scopes, so that one with more would do.
 *
 * Source: MCP specification 2026-07-28, "Scope challenge handling".
 */
export function lacksScope(response: Response): boolean {
  const challenge = response.headers.get('www-authenticate') ?? '';
  return response.status === 403 && /\berror="?insufficient_scope\b/.test(challenge);
}
