import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { McpFunctionProps } from './mcp-function-props.ts';
import type { McpStdioProps } from './mcp-stdio-props.ts';

const LOCK_FILES = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/**
 * The options of a function whose server file is written here, where they name a stdio server in place of one.
 *
 * @throws Error when there is both or neither, or the package is not installed or has no such program
 */
export function withStdioEntry(props: McpFunctionProps, path: string): McpFunctionProps & { readonly entry: string } {
  const { stdio, entry, ...others } = props;
  if (entry !== undefined && stdio === undefined) return { ...others, entry };
  if (stdio === undefined || entry !== undefined || (stdio.package === undefined) === (stdio.command === undefined)) {
    throw new Error(`${path}: give entry, or stdio with either a package or a command.`);
  }
  const lockFile = props.depsLockFilePath === undefined ? findLockFile(process.cwd()) : resolve(props.depsLockFilePath);
  if (lockFile === undefined)
    throw new Error(`${path}: there is no lock file. Run npm install, or set depsLockFilePath.`);
  const project = dirname(lockFile);
  const source = serverFile(stdio, project, path, props.auth !== undefined);
  const folder = join(project, '.lambda-mcp', 'stdio');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${createHash('sha256').update(source).digest('hex').slice(0, 16)}.mjs`);
  writeFileSync(file, source);
  return {
    ...others,
    entry: file,
    depsLockFilePath: lockFile,
    bundling: {
      ...props.bundling,
      nodeModules: [...(props.bundling?.nodeModules ?? []), ...(stdio.package === undefined ? [] : [stdio.package])],
    },
  };
}

function serverFile(stdio: McpStdioProps, project: string, path: string, signsIn: boolean): string {
  const { package: packageName, bin, command = 'node', args = [], env = {}, pass = [], ...options } = stdio;
  const program = packageName === undefined ? undefined : programOf(packageName, bin, project, path);
  const variables = pass.map((name) => `${JSON.stringify(name)}: process.env[${JSON.stringify(name)}]`);
  const own = (subpath: string) => JSON.stringify(fileURLToPath(import.meta.resolve(`lambda-mcp/${subpath}`)));
  return [
    `import { createLambdaHandler } from ${own('server/stdio')};`,
    ...(signsIn ? [`import { cognito } from ${own('oauth')};`] : []),
    'export const handler = createLambdaHandler({',
    `  ...${JSON.stringify({ ...options, command })},`,
    `  args: [${program === undefined ? '' : `\`\${import.meta.dirname}/${program}\`, `}...${JSON.stringify(args)}],`,
    `  env: { ...${JSON.stringify(env)}, ${variables.join(', ')} },`,
    signsIn ? '}, { auth: cognito() });' : '});',
    '',
  ].join('\n');
}

/** The path of a package's program below the function's folder. */
function programOf(name: string, bin: string | undefined, project: string, path: string): string {
  const manifest = join(project, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) {
    throw new Error(`${path}: ${name} is not installed in ${project}. Run npm install ${name} there.`);
  }
  const { bin: given = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: string | Record<string, string> };
  const programs = typeof given === 'string' ? { [name]: given } : given;
  const [only, ...more] = Object.values(programs);
  const found = bin === undefined && more.length === 0 ? only : programs[bin ?? ''];
  if (found !== undefined) return posix.join('node_modules', name, found);
  const has = Object.keys(programs).join(', ') || 'none';
  throw new Error(`${path}: ${name} has the programs ${has}. Say which one with bin.`);
}

function findLockFile(folder: string): string | undefined {
  const found = LOCK_FILES.map((name) => join(folder, name)).find((file) => existsSync(file));
  return found ?? (dirname(folder) === folder ? undefined : findLockFile(dirname(folder)));
}
