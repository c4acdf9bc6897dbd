import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { rememberSecret } from '../../transport/signing/redact.ts';
import { isRecord, isString } from '../../wire/json.ts';
import { CommandError, ExitCode } from '../exit-code.ts';

/** What is kept of a sign-in: good for one server, by one issuer. */
export interface SignIn {
  /** The server's URL, as {@link serverKey} writes it. */
  readonly server: string;
  readonly issuer: string;
  /** The issuer's metadata, so that a refresh token goes nowhere else. */
  readonly metadata: AuthorizationServerMetadata;
  /** What the token is bound to. Undefined where the server has no metadata of its own. */
  readonly resource?: string | undefined;
  readonly client: KeptClient;
  readonly accessToken: string;
  /** Milliseconds since 1970; undefined where the issuer did not say. */
  readonly expiresAt?: number | undefined;
  readonly refreshToken?: string | undefined;
  /** What was granted, or else asked for; words parted by spaces. */
  readonly scope?: string | undefined;
}

/** The client that signed in. A secret is kept only where the issuer gave it out at registration. */
export interface KeptClient {
  readonly client_id: string;
  readonly client_secret?: string | undefined;
  /** It was registered by this command, for this callback. */
  readonly registeredFor?: string | undefined;
  /** It signed in as itself. */
  readonly isMachine?: boolean | undefined;
}

/** A server's URL as sign-ins are kept by it: a fragment says nothing to a server. */
export function serverKey(url: URL | string): string {
  const { href } = new URL(url);
  return href.replace(/#.*$/, '');
}

/**
 * Where sign-ins are kept: only their owner may read the folder (0700) and the files in it (0600). Windows has no modes, and
 * leaves a home to its owner.
 */
export function signInFolder(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'lambda-mcp', 'sign-ins');
}

/**
 * Path of what belongs to a server's sign-in.
 *
 * @param kind what its name ends with, such as `json`
 * @param machine id of the client that signed in as itself: beside it a person may be signed in
 */
export function signInFile(server: string, kind: string, machine = ''): string {
  const digest = createHash('sha256').update(`${server} ${machine}`).digest('hex').slice(0, 24);
  const host = new URL(server).hostname.replaceAll(/[^\w.-]/g, '_').slice(0, 100);
  return join(signInFolder(), `${host}-${digest}.${kind}`);
}

/** Makes the folder. @throws {CommandError} when it cannot be made, or belongs to somebody else */
export function makeSignInFolder(): void {
  try {
    mkdirSync(signInFolder(), { recursive: true, mode: 0o700 });
    chmodSync(signInFolder(), 0o700);
  } catch (cause) {
    throw unkept(cause);
  }
}

/** The sign-in at a server, of a person or of a machine; undefined when there is none, or none that can be read. */
export function readSignIn(server: string, machine?: string): SignIn | undefined {
  const kept = readFile(signInFile(server, 'json', machine));
  return kept?.server === server ? kept : undefined;
}

/** All sign-ins. */
export function listSignIns(): SignIn[] {
  const names = fileNames().filter((name) => name.endsWith('.json'));
  return names.flatMap((name) => readFile(join(signInFolder(), name)) ?? []);
}

function fileNames(): string[] {
  try {
    return readdirSync(signInFolder());
  } catch {
    return [];
  }
}

/** Keeps a sign-in: whoever reads meanwhile reads the one before it, or this one. @throws {CommandError} */
export function writeSignIn(signIn: SignIn): void {
  rememberSecrets(signIn);
  makeSignInFolder();
  const file = signInFile(signIn.server, 'json', machineOf(signIn));
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify({ schemaVersion: 1, ...signIn })}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
    rmSync(signInFile(signIn.server, 'declined'), { force: true });
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw unkept(cause);
  }
}

export function removeSignIn(signIn: SignIn): void {
  for (const kind of ['json', 'declined']) rmSync(signInFile(signIn.server, kind, machineOf(signIn)), { force: true });
}

/** Removes whatever lies in the folder, files that cannot be read included; locks are their holders'. */
export function removeAllSignIns(): void {
  for (const name of fileNames()) if (!name.endsWith('.lock')) rmSync(join(signInFolder(), name), { force: true });
}

function machineOf({ client }: SignIn): string | undefined {
  return client.isMachine ? client.client_id : undefined;
}

/** Remembers that the person did not sign in, for other processes that wait for it. */
export function markDeclined(server: string): void {
  try {
    writeFileSync(signInFile(server, 'declined'), '', { mode: 0o600 });
  } catch {
    // Those open a browser of their own.
  }
}

/** @param since milliseconds since 1970 */
export function wasDeclined(server: string, since: number): boolean {
  return (statSync(signInFile(server, 'declined'), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since;
}

function readFile(file: string): SignIn | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isRecord(kept) || !isRecord(kept.client) || !isRecord(kept.metadata)) return undefined;
    const texts = [kept.server, kept.issuer, kept.accessToken, kept.client.client_id, kept.metadata.token_endpoint];
    if (!texts.every(isString)) return undefined;
    const signIn = kept as unknown as SignIn;
    rememberSecrets(signIn);
    return signIn;
  } catch {
    // None, or a file that somebody broke: the next sign-in takes its place.
    return undefined;
  }
}

function rememberSecrets({ accessToken, refreshToken, client }: SignIn): void {
  for (const secret of [accessToken, refreshToken, client.client_secret]) rememberSecret(secret);
}

function unkept(cause: unknown): CommandError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
  return new CommandError(`The sign-in cannot be kept in ${signInFolder()} (${code}).`, ExitCode.failed, {
    cause,
    advice: 'Set XDG_STATE_HOME to a folder that you own and can write to.',
  });
}
