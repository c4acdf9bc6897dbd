import type { NetworkOptions } from '../../transport/network/network-options.ts';
import { createOAuthFetch } from './oauth-fetch.ts';
import { revoke } from './revoke.ts';
import { readClientSettings } from './settings.ts';
import { listSignIns, removeAllSignIns, removeSignIn, serverKey } from './sign-in-store.ts';

/** A sign-in that is forgotten. */
export interface SignedOut {
  readonly server: string;
  readonly clientId: string;
  /** Why the issuer could not be told; undefined where it was. */
  readonly notRevoked?: string;
}

/** Forgets sign-ins, here and at their issuers. @param url of the one server; undefined: all */
export async function logOut(
  url: URL | undefined,
  clientId: string | undefined,
  network: NetworkOptions,
): Promise<SignedOut[]> {
  const settings = readClientSettings(clientId);
  const found = listSignIns().filter(({ server }) => url === undefined || server === serverKey(url));
  const ended: SignedOut[] = [];
  if (!url) removeAllSignIns();
  for (const signIn of found) {
    // Whatever the issuer says.
    removeSignIn(signIn);
    const notRevoked = await revoke(signIn, settings, createOAuthFetch(new URL(signIn.server), network));
    ended.push({
      server: signIn.server,
      clientId: signIn.client.client_id,
      ...(notRevoked !== undefined && { notRevoked }),
    });
  }
  return ended;
}
