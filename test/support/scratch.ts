import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-scratch-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** A path at which nothing is yet, in a folder of this process. It goes with a process that ends by itself. */
export function newPath(): string {
  files += 1;
  return join(folder, String(files));
}

/** Text of a file; empty when there is none. */
export function contents(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
