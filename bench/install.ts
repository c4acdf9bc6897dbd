import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const BUILT = fileURLToPath(new URL('../dist', import.meta.url));

/** Installs the peers as the lock file has them, and beside them this package as it was built last. */
export function install(): void {
  if (!isInstalled()) {
    process.stderr.write(`npm ci in ${BENCH}\n`);
    const { status, error, output } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: BENCH,
      encoding: 'utf8',
      timeout: 4 * 60_000,
    });
    if (status !== 0) throw new Error(`npm ci in ${BENCH} failed: ${error?.message ?? output.join('')}`);
  }
  const installed = `${BENCH}node_modules/lambda-mcp/dist`;
  rmSync(installed, { recursive: true, force: true });
  cpSync(BUILT, installed, { recursive: true });
}

function isInstalled(): boolean {
  const { dependencies } = readJson(`${BENCH}package.json`) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const manifest = `${BENCH}node_modules/${name}/package.json`;
    if (!existsSync(manifest)) return false;
    return version.startsWith('file:') || (readJson(manifest) as { version: string }).version === version;
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
