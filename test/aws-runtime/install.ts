import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('aws-lambda-ric/', import.meta.url));
/** The addon's own build does not work in a folder whose name has a space. */
const FOLDER = /\s/.test(HERE) ? join(tmpdir(), 'lambda-mcp-aws-lambda-ric/') : HERE;
const PACKAGE = `${FOLDER}node_modules/aws-lambda-ric/`;

/** AWS's runtime: a program that `AWS_LAMBDA_RUNTIME_API`, `_HANDLER` and `LAMBDA_TASK_ROOT` tell what to run. */
export const RUNTIME = `${PACKAGE}index.mjs`;

export const VERSION = dependencies(HERE)['aws-lambda-ric'] as string;

/** What `npm ci` needs to compile the runtime's addon, each with its Debian package. */
const TOOLS = { cmake: 'cmake', 'g++': 'g++', make: 'make', python3: 'python3', xz: 'xz-utils' };

/** Installs AWS's runtime unless it is there. @returns why that cannot be, where it cannot */
export function installRuntime(): string | undefined {
  if (process.platform !== 'linux') return `AWS's runtime runs on Linux only, and this is ${process.platform}.`;
  if (isInstalled()) return undefined;
  const missing = Object.entries(TOOLS).filter(([tool]) => spawnSync(tool, ['--version']).status !== 0);
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name).join(' ');
    return `AWS's runtime holds an addon to be compiled, and these are missing: ${packages} (apt-get install ${packages}).`;
  }
  console.log(`Installing aws-lambda-ric ${VERSION}: it compiles its addon, which takes about a minute.`);
  if (FOLDER !== HERE) cpSync(HERE, FOLDER, { recursive: true });
  const { status, output } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, encoding: 'utf8' });
  if (status === 0 && isInstalled()) return undefined;
  return `npm ci in ${FOLDER} failed. Node's headers come from nodejs.org, or from npm_config_nodedir.\n${output?.join('')}`;
}

/** The addon is the last thing that an installation makes. */
function isInstalled(): boolean {
  return existsSync(`${PACKAGE}rapid-client.node`) && manifest(PACKAGE).version === VERSION;
}

function dependencies(folder: string): Record<string, string> {
  return manifest(folder).dependencies;
}

function manifest(folder: string) {
  return JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
}
