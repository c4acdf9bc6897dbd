import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Writes a file whole or not at all, with the mode that it has; through a link, to where it leads.
 *
 * @param mode of a file that is new
 */
export function writeAtomically(file: string, text: string, mode = 0o600): void {
  const kept = statSync(file, { throwIfNoEntry: false });
  const target = kept ? realpathSync(file) : linkedFile(file);
  mkdirSync(dirname(target), { recursive: true });
  const written = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(written, text, { mode: kept ? kept.mode & 0o777 : mode });
    renameSync(written, target);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** Where a link leads whose file is not there yet; any other path as it is. */
function linkedFile(file: string, hops = 0): string {
  if (hops > 40 || !lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  return linkedFile(resolve(dirname(file), readlinkSync(file)), hops + 1);
}
