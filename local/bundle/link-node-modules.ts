import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BundleError } from './bundle-error.ts';

/**
 * Puts packages beside a bundle that leaves them out, as CDK's `nodeModules` installs them: here they are linked to
 * where the server finds them, and so find their own dependencies.
 *
 * @throws {BundleError} for one that is not installed
 */
export function linkNodeModules(names: readonly string[], entry: string, folder: string): void {
  for (const name of names) {
    const installed = findPackage(name, dirname(entry));
    if (installed === undefined) {
      throw new BundleError(
        `${name} is not installed, and was to be left out of the bundle. Run: npm install ${name}`,
        [entry],
      );
    }
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(realpathSync(installed), link, 'junction');
  }
}

function findPackage(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, 'node_modules', name);
    if (existsSync(found)) return found;
    if (at === dirname(at)) return undefined;
  }
}
