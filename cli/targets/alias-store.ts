import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isRecord, isString } from '../../wire/json.ts';
import { writeAtomically } from '../atomic-write.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { ReachedServer } from '../hosts/server-entry.ts';

/** Aliases, by name. */
export type Aliases = Readonly<Record<string, ReachedServer>>;

/** `$XDG_CONFIG_HOME/lambda-mcp/aliases.json`; it holds no secret. */
export function aliasFile(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'lambda-mcp', 'aliases.json');
}

/** @throws {CommandError} for a file that is not what `writeAliases` wrote */
export function readAliases(): Aliases {
  const file = aliasFile();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CommandError(`${file} cannot be read: ${(cause as Error).message}`, ExitCode.failed, { cause });
  }
  try {
    const aliases = JSON.parse(text);
    if (isRecord(aliases) && Object.values(aliases).every(isReached)) return aliases as unknown as Aliases;
  } catch {}
  throw new CommandError(
    `${file} is not the JSON that \`lambda-mcp alias\` writes. Mend it, or remove it.`,
    ExitCode.failed,
  );
}

export function writeAliases(aliases: Aliases): void {
  writeAtomically(aliasFile(), `${JSON.stringify(aliases, null, 2)}\n`);
}

function isReached(value: unknown): boolean {
  return (
    isRecord(value) && isString(value.target) && isRecord(value.flags) && Object.values(value.flags).every(isString)
  );
}
