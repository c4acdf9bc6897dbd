import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all, with the mode that it has; through a link, to where it leads.
 *
 * @param mode of a file that is new
 */
export function writeAtomically(file: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(file), { recursive: true });
  const kept = statSync(file, { throwIfNoEntry: false });
  const target = kept ? realpathSync(file) : file;
  const written = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(written, text, { mode: kept ? kept.mode & 0o777 : mode });
    renameSync(written, target);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}
