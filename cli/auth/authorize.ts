import { randomBytes } from 'node:crypto';
import { CommandError, ExitCode } from '../exit-code.ts';
import { isSame, listenForCallback } from './callback-server.ts';
import { quote } from './explain-oauth-error.ts';
import { openBrowser } from './open-browser.ts';
import type { Person } from './person.ts';

/** How long a person has; milliseconds. */
const PATIENCE = 5 * 60_000;

/** Nobody signed in, though somebody was asked to. */
export class Declined extends CommandError {}

interface Asked {
  readonly redirectUri: URL;
  readonly person: Person;
  /** Gives it up. */
  readonly signal: AbortSignal | undefined;
  /** Told when no browser could be opened. */
  readonly elsewhere: string;
  /** The URL at which the person signs in, with this state. */
  start(state: string): Promise<URL>;
}

/**
 * Sends a person to the authorization server, and waits for what they come back with.
 *
 * @returns the parameters of the redirect, whose state is ours. Nothing else in them is believed yet.
 * @throws {Declined} when they do not come back
 */
export async function askPerson({ redirectUri, person, signal, elsewhere, start }: Asked): Promise<URLSearchParams> {
  const state = randomBytes(32).toString('base64url');
  if (person.askForRedirect) {
    const url = await start(state);
    person.tell(`Open this in a browser, on any machine:\n\n${url.href}\n\n`);
    return readRedirect(person.askForRedirect, redirectUri, state);
  }
  await using callback = await listenForCallback(redirectUri, state);
  const url = await start(state);
  if (await openBrowser(url)) {
    person.tell(`Sign in in the browser. If it shows nothing, open this there:\n\n${url.href}\n\n`);
  } else {
    throw new CommandError('No browser could be opened.', ExitCode.credentials, { advice: elsewhere });
  }
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Declined('Nobody signed in within five minutes.', ExitCode.credentials, { advice: elsewhere })),
    PATIENCE,
  );
  timer.unref();
  const giveUp = () => reject(signal?.reason);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  try {
    return await Promise.race([callback.answer, late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

async function readRedirect(
  ask: NonNullable<Person['askForRedirect']>,
  redirectUri: URL,
  state: string,
): Promise<URLSearchParams> {
  for (let problem: string | undefined; ; ) {
    const text = (await ask(problem))?.trim();
    if (text === undefined) throw new Declined('No URL was given: nobody signed in.', ExitCode.credentials);
    const url = URL.parse(text);
    if (url?.origin !== redirectUri.origin || url.pathname !== redirectUri.pathname) {
      problem = `That is not the whole URL that the browser came back to: it begins with ${redirectUri.href}`;
    } else if (!isSame(url.searchParams.get('state'), state)) {
      problem = 'That is the answer to another sign-in: its `state` is not the one of the URL above.';
    } else return url.searchParams;
  }
}

/** The code in what a person came back with. @throws {Declined} when the authorization server gave none, and says why */
export function codeIn(params: URLSearchParams): string {
  const code = params.get('code');
  if (code) return code;
  const error = params.get('error') ?? 'no code';
  const said = params.get('error_description');
  const what = error === 'access_denied' ? 'Nobody signed in: access was denied' : `Signing in failed: ${quote(error)}`;
  throw new Declined(`${what}${said ? ` (${quote(said)})` : ''}.`, ExitCode.credentials);
}
