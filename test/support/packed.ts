import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Packed {
  /** A project of somebody's, an ES module by default, that has the package and its peers installed. */
  readonly folder: string;
  /** The package, as it was unpacked there. */
  readonly installed: string;
  /** What may be imported: `./fetch` and its like. */
  readonly subpaths: readonly string[];
}

/** Packs what was built last, and installs it as npm would, in a folder whose name has a space. */
export function installPacked(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'a project-'));
  const installed = join(folder, 'node_modules/lambda-mcp');
  // Without its scripts: they would build dist anew under the other tests.
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  mkdirSync(installed, { recursive: true });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
  execFileSync('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', installed]);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'lambda-mcp') {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: object };
  const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json');
  return { folder, installed, subpaths };
}
