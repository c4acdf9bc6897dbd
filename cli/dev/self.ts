import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { LocalLambda, LocalPrincipalOptions } from '../../local/index.ts';

/** What is told of a server that `dev` runs. */
export type DevDescription = Pick<
  LocalLambda,
  'functionUrl' | 'lambdaEndpoint' | 'functionName' | 'functionArn' | 'region' | 'principals' | 'trailFile' | 'logFile'
> & {
  /** With `--front rest` only. */
  readonly restApiUrl?: string | undefined;
  readonly accessLogFile?: string | undefined;
};

/** What `dev` keeps of a server from start to start. */
export interface DevSelf extends DevDescription {
  /** The server's file. */
  readonly entry: string;
  /** Id of the client that people sign in with; undefined where IAM lets in. */
  readonly signInClient?: string | undefined;
  /** Of the `dev` that runs it; 0 when none does. */
  readonly pid: number;
}

/** Keys lie in it: it is its owner's only, and no part of the project's history. */
const FOLDER = '.lambda-mcp';

/** Makes the folder for what `dev` keeps, in the working directory. @returns its path */
export function selfFolder(): string {
  const folder = resolve(FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Windows knows no modes, and leaves the folder to its owner's profile.
  chmodSync(folder, 0o700);
  writeFileSync(join(folder, '.gitignore'), '*\n');
  return folder;
}

export function readSelf(folder: string, name: string): DevSelf | undefined {
  try {
    const self: DevSelf = JSON.parse(readFileSync(selfFile(folder, name), 'utf8'));
    return Array.isArray(self.principals) ? self : undefined;
  } catch {
    // None yet, or an older version's: a new one takes its place.
    return undefined;
  }
}

export function writeSelf(folder: string, self: DevSelf): void {
  const file = selfFile(folder, self.functionName);
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(self, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

function selfFile(folder: string, name: string): string {
  return join(folder, `dev-${name}.json`);
}

/** The key that a principal had at the last start; a role's has a session token, a user's has none. */
export function keyOf(self: DevSelf | undefined, { name, type = 'role' }: LocalPrincipalOptions) {
  const found = self?.principals.find((principal) => principal.name === name);
  if (!found || (found.sessionToken !== undefined) !== (type === 'role')) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = found;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** The servers that `dev` runs now, in the working directory or the nearest folder above it that has some. */
export function runningSelves(): DevSelf[] {
  for (let at = process.cwd(); ; at = dirname(at)) {
    const folder = join(at, FOLDER);
    const names = listFiles(folder).flatMap((file) => /^dev-(.+)\.json$/.exec(file)?.[1] ?? []);
    const running = names.flatMap((name) => readSelf(folder, name) ?? []).filter(isRunning);
    if (running.length > 0 || at === dirname(at)) return running;
  }
}

/** Whether its process lives. One that ended well has taken its number out. */
export function isRunning({ pid }: DevSelf): boolean {
  return pid !== 0 && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Files of a server that start empty: its log, its trail, and the access log of its REST API. @returns their paths */
export function freshFiles(folder: string, name: string): Record<'trailFile' | 'logFile' | 'accessLogFile', string> {
  const files = {
    trailFile: join(folder, `${name}.trail.jsonl`),
    logFile: join(folder, `${name}.log`),
    accessLogFile: join(folder, `${name}.access.log`),
  };
  for (const file of Object.values(files)) rmSync(file, { force: true });
  return files;
}
