import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** A new folder that goes when it is removed, or when this process ends. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  if (folders.size === 0) process.once('exit', () => folders.forEach(removeFolder));
  const path = mkdtempSync(join(tmpdir(), 'lambda-mcp-'));
  folders.add(path);
  return { path, remove: () => removeFolder(path) };
}

function removeFolder(path: string): void {
  folders.delete(path);
  rmSync(path, { recursive: true, force: true });
}
