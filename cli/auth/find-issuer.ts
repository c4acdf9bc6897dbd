import { CommandError, ExitCode } from '../exit-code.ts';
import { type Challenge, type Discovery, discover } from './discover.ts';
import { loadSdk } from './load-sdk.ts';
import type { ClientSettings } from './settings.ts';
import { serverKey } from './sign-in-store.ts';

/** Where people sign in; with `OAUTH_ISSUER` nowhere else. */
export async function findIssuer(
  url: URL,
  challenge: Challenge,
  settings: ClientSettings,
  fetchFn: typeof fetch,
): Promise<Discovery> {
  const discovery = await discover(url, challenge, await loadSdk(), fetchFn, settings.issuer);
  if (settings.issuer === undefined || settings.issuer === discovery.issuer) return discovery;
  throw otherIssuer(serverKey(url), discovery.issuer, settings.issuer);
}

/** A secret goes to one issuer only: a server could name another, and be sent it. */
export function otherIssuer(server: string, named: string, known: string): CommandError {
  return new CommandError(`${server} names ${named} as where to sign in, and not ${known}.`, ExitCode.refused, {
    advice: `If that is right: \`lambda-mcp logout ${server}\`, set OAUTH_ISSUER to it, and sign in again.`,
  });
}
