import { spawnSync } from 'node:child_process';

/** Milliseconds. */
const TIME_LIMIT = 90_000;

/**
 * Checks a folder's programs against the types of what they import, by the folder's own compiler.
 *
 * @param folder path that ends with `/`
 * @returns what the compiler has against each program, by the program's file name
 */
export function typecheck(folder: string): ReadonlyMap<string, string> {
  const { status, error, stdout, stderr } = spawnSync(
    process.execPath,
    [`${folder}node_modules/typescript/bin/tsc`, '--project', folder, '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8', timeout: TIME_LIMIT },
  );
  const problems = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [, file, problem] = /^([^(\s]+)\(\d+,\d+\): (.*)$/.exec(line) ?? [];
    if (file !== undefined && problem !== undefined) problems.set(file, problem);
  }
  if (status !== 0 && problems.size === 0) {
    throw new Error(`tsc in ${folder} failed: ${error?.message ?? `${stdout}${stderr}`}`);
  }
  return problems;
}
