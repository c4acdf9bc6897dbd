import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Milliseconds. */
const TIME_LIMIT = 4 * 60_000;

/**
 * Installs a folder's dependencies, as its lock file has them, unless they are there.
 *
 * @param folder path that ends with `/`
 * @throws when npm fails
 */
export function install(folder: string): void {
  const wanted = Object.entries(dependencies(folder));
  const isThere = ([name, version]: [string, string]) =>
    version.startsWith('file:') || installedVersion(folder, name) === version.replace(/^npm:.+@/, '');
  if (wanted.every(isThere)) return;
  process.stderr.write(`npm ci in ${folder}\n`);
  const { status, error, output } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIME_LIMIT,
  });
  if (status !== 0) throw new Error(`npm ci in ${folder} failed: ${error?.message ?? output.join('')}`);
}

/** The version that is installed in a folder; undefined when none is. */
export function installedVersion(folder: string, name: string): string | undefined {
  try {
    return readManifest(`${folder}node_modules/${name}/`).version;
  } catch {
    return undefined;
  }
}

function dependencies(folder: string): Record<string, string> {
  const { dependencies, devDependencies } = readManifest(folder);
  return { ...dependencies, ...devDependencies };
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
}
