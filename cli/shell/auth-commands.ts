import { type AuthMethod, readAuthMethod } from '../auth-method.ts';
import { networkOptions } from '../network.ts';
import { authTarget, type TargetOptions, targetUrl } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';

/** What these commands need of a shell. */
export interface AuthCommandContext {
  readonly target: string;
  readonly options: TargetOptions;
  auth: AuthMethod;
  /** Gives up what runs. */
  readonly signal: AbortSignal;
  /** Connects anew, by the method that is set. */
  reconnect(): Promise<void>;
}

type Run = (context: AuthCommandContext) => Promise<void>;

/** `auth …` of the shell. */
export const AUTH_COMMANDS: Readonly<Record<string, Run>> = {
  async login(context) {
    const { target, options, signal } = context;
    const { logIn } = await import('../auth/log-in.ts');
    const { signInText } = await import('../auth/describe-sign-in.ts');
    const person = { tell: (text: string) => void process.stderr.write(text) };
    const made = await logIn(authTarget(target, options), person, [], signal);
    process.stdout.write(signInText(made));
    if (context.auth === 'oauth' || context.auth === 'auto') await context.reconnect();
    else process.stderr.write('`set-auth-method oauth` has this shell use it.\n');
  },
  async status(context) {
    const { signInText } = await import('../auth/describe-sign-in.ts');
    const found = (await sessionOf(context)).current();
    process.stdout.write(`Method   ${context.auth}\n${found ? signInText(found) : ''}`);
    if (!found) process.stderr.write('Nobody is signed in here: `auth login`.\n');
  },
  async refresh(context) {
    const { signInText } = await import('../auth/describe-sign-in.ts');
    process.stdout.write(signInText(await (await sessionOf(context)).renewNow()));
  },
  async logout({ target, options }) {
    const { logOut } = await import('../auth/log-out.ts');
    const ended = await logOut(targetUrl(target, options), options.clientId, networkOptions(options));
    process.stderr.write(ended.length > 0 ? 'Signed out.\n' : 'Nobody is signed in here.\n');
    for (const { notRevoked } of ended) {
      if (notRevoked !== undefined) process.stderr.write(`The refresh token was not revoked: ${notRevoked}.\n`);
    }
  },
};

/** Runs `auth …`. @throws {UsageError} for a word that is none of them, or a target that nobody signs in to */
export async function runAuthCommand(
  [name = '', extra]: readonly string[],
  context: AuthCommandContext,
): Promise<void> {
  const run = Object.hasOwn(AUTH_COMMANDS, name) ? AUTH_COMMANDS[name] : undefined;
  if (!run || extra !== undefined)
    throw new UsageError('It is `auth login`, `auth status`, `auth refresh` or `auth logout`.');
  if (!context.target.includes('://'))
    throw new UsageError('Nobody signs in to a function name or ARN: IAM alone lets in.');
  await run(context);
}

/** Sets the method, and connects by it. @throws {UsageError} for a word that is none */
export async function setAuthMethod([word = '']: readonly string[], context: AuthCommandContext): Promise<void> {
  context.auth = readAuthMethod(word, 'set-auth-method');
  await context.reconnect();
}

async function sessionOf({ target, options }: AuthCommandContext) {
  const { createOAuthSession } = await import('../auth/oauth-session.ts');
  const { createOAuthFetch } = await import('../auth/oauth-fetch.ts');
  const { readClientSettings } = await import('../auth/settings.ts');
  const url = targetUrl(target, options);
  const fetchFn = createOAuthFetch(url, networkOptions(options));
  return createOAuthSession({ url, settings: readClientSettings(options.clientId), person: undefined, fetchFn });
}
