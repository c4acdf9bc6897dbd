import { AsyncLocalStorage } from 'node:async_hooks';
import { ConnectionError } from '../../transport/connection-error.ts';
import type { TokenAuth } from '../../transport/stages/bearer.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { challengeOf } from './challenge.ts';
import type { Challenge, Discovery } from './discover.ts';
import { quote } from './explain-oauth-error.ts';
import { findIssuer, otherIssuer } from './find-issuer.ts';
import { loadSdk } from './load-sdk.ts';
import type { Person } from './person.ts';
import { machineSignIn, RefreshRefused, refresh } from './renew.ts';
import type { ClientSettings } from './settings.ts';
import { loginAdvice, signIn } from './sign-in.ts';
import { readSignIn, type SignIn, serverKey } from './sign-in-store.ts';

export interface OAuthSessionOptions {
  readonly url: URL;
  readonly settings: ClientSettings;
  /** Who can sign in now; undefined: nobody is there. */
  readonly person: Person | undefined;
  /** For metadata and tokens. */
  readonly fetchFn: typeof fetch;
}

/** The sign-in at one server: kept, renewed, and made where somebody is there to. */
export interface OAuthSession {
  readonly auth: TokenAuth;
  /** Remembers which token goes with the requests that `work` sends. @param signal gives them up */
  during<T>(work: () => Promise<T>, signal?: AbortSignal | null): Promise<T>;
  /** Gets a token with more scopes. @returns whether there is one now, so that the request may be sent again */
  stepUp(response: Response): Promise<boolean>;
  /** The sign-in that the next request is sent with. */
  current(): SignIn | undefined;
  /** Renews the token now. @throws {CommandError} when it cannot be */
  renewNow(): Promise<SignIn>;
}

/** A token that ends within this time is renewed beforehand; milliseconds. */
const EARLY = 30_000;

export function createOAuthSession({ url, settings, person, fetchFn }: OAuthSessionOptions): OAuthSession {
  const server = serverKey(url);
  const requests = new AsyncLocalStorage<{ token: string | undefined; readonly signal: AbortSignal | undefined }>();
  /** Of a machine that has nowhere to keep it. */
  let unkept: SignIn | undefined;
  let renewing: Promise<void> | undefined;
  /** A sign-in that came to nothing: nobody is asked twice, unless somebody signs in elsewhere. */
  let failed: { readonly before: string | undefined; readonly error: unknown } | undefined;
  /** What was asked for by step-up. */
  const asked = new Set<string>();

  function current(): SignIn | undefined {
    const kept = unkept ?? readSignIn(server, settings.isMachine ? settings.clientId : undefined);
    return kept && fits(kept, settings) ? kept : undefined;
  }

  function findOut(challenge: Challenge): Promise<Discovery> {
    return findIssuer(url, challenge, settings, fetchFn);
  }

  async function asMachine(discovery: Discovery, scope?: string): Promise<SignIn> {
    const { issuer } = current() ?? discovery;
    if (issuer !== discovery.issuer) throw otherIssuer(server, discovery.issuer, issuer);
    const made = await machineSignIn(server, discovery, settings, scope, fetchFn);
    unkept = readSignIn(server, settings.clientId)?.accessToken === made.accessToken ? undefined : made;
    return made;
  }

  /** Renews a token that is about to end. One that cannot be renewed is sent as it is, and refused by who knows. */
  async function upToDate(): Promise<SignIn | undefined> {
    const kept = current();
    if (!kept || !endsWithin(kept, EARLY)) return kept;
    try {
      if (settings.isMachine) return await asMachine(discoveryOf(kept));
      return kept.refreshToken === undefined ? kept : await refresh(kept, settings, fetchFn);
    } catch (error) {
      if (error instanceof RefreshRefused || !endsWithin(kept, 0)) return kept;
      throw error;
    }
  }

  async function ask(discovery: Discovery, scope: string | undefined, why: string): Promise<void> {
    const before = readSignIn(server)?.accessToken;
    if (!person) throw new CommandError(why, ExitCode.credentials, { advice: loginAdvice(server, scope) });
    if (failed && failed.before === before) throw failed.error;
    const signal = person.isPatient ? undefined : requests.getStore()?.signal;
    try {
      await signIn({ server, discovery, settings, scope, person, fetchFn, signal });
      failed = undefined;
    } catch (error) {
      if (!(error instanceof ConnectionError) && !signal?.aborted) failed = { before, error };
      throw error;
    }
  }

  async function renew(challenge: Challenge, sent: string | undefined): Promise<void> {
    const kept = current();
    // Another request, or another process, was faster.
    if (kept && kept.accessToken !== sent) return;
    const discovery = await findOut(challenge);
    if (settings.isMachine) return void (await asMachine(discovery));
    const isBound = kept?.issuer === discovery.issuer && kept.resource === discovery.resource;
    let why = kept ? `The sign-in at ${server} has ended.` : `Nobody is signed in at ${server}.`;
    if (kept?.refreshToken !== undefined && isBound) {
      try {
        return void (await refresh(kept, settings, fetchFn));
      } catch (error) {
        if (!(error instanceof RefreshRefused)) throw error;
        why = `The sign-in at ${server} has ended. ${error.message}`;
      }
    }
    await ask(discovery, undefined, why);
  }

  return {
    auth: {
      async token() {
        const token = (await upToDate())?.accessToken;
        const request = requests.getStore();
        if (request) request.token = token;
        return token;
      },
      async onUnauthorized({ response }) {
        const sent = requests.getStore()?.token;
        const challenge = await challengeOf(response);
        renewing ??= renew(challenge, sent).finally(() => {
          renewing = undefined;
        });
        await renewing;
      },
    },
    during: (work, signal) => requests.run({ token: undefined, signal: signal ?? undefined }, work),
    async stepUp(response) {
      const sent = requests.getStore()?.token;
      const kept = current();
      if (kept && kept.accessToken !== sent) return true;
      const challenge = await challengeOf(response);
      const { computeScopeUnion, isStrictScopeSuperset } = await loadSdk();
      const scope = computeScopeUnion(kept?.scope, challenge.scope);
      // What was asked for, or granted, already would not be given by asking again.
      if (scope === undefined || asked.has(scope) || !isStrictScopeSuperset(scope, kept?.scope)) return false;
      const discovery = await findOut(challenge);
      asked.add(scope);
      if (settings.isMachine) await asMachine(discovery, scope);
      else
        await ask(
          discovery,
          scope,
          `This needs more than was allowed at the sign-in: ${quote(challenge.scope ?? '')}.`,
        );
      return true;
    },
    current,
    async renewNow() {
      const kept = current();
      if (!kept) {
        throw new CommandError(`Nobody is signed in at ${server}.`, ExitCode.credentials, {
          advice: loginAdvice(server),
        });
      }
      return settings.isMachine ? asMachine(discoveryOf(kept)) : refresh(kept, settings, fetchFn);
    },
  };
}

/** Whether a kept sign-in is of the client, and the issuer, that are asked for. */
function fits({ client, issuer }: SignIn, settings: ClientSettings): boolean {
  if (settings.issuer !== undefined && settings.issuer !== issuer) return false;
  return settings.clientId === undefined || client.client_id === settings.clientId;
}

function discoveryOf({ issuer, metadata, resource, scope }: SignIn): Discovery {
  return { issuer, metadata, resource, scope };
}

function endsWithin({ expiresAt }: SignIn, span: number): boolean {
  return expiresAt !== undefined && expiresAt - span <= Date.now();
}
