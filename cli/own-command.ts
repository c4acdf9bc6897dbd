import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * How a person at this shell calls this command, to be pasted: by its name where the PATH has it, else by Node and the file
 * that runs now. Never by a name that a registry would be asked for.
 */
export function ownCommand({ PATH = '' } = process.env, program = process.argv[1] ?? 'lambda-mcp'): string {
  const isOnPath = PATH.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, 'lambda-mcp')));
  return isOnPath ? 'lambda-mcp' : `node ${quoted(program)}`;
}

/** The file of this command, wherever a link to it lies: what another program starts by Node. */
export function ownProgram(): string {
  return realpathSync(process.argv[1] ?? '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function quoted(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
