import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CommandError, ExitCode } from '../exit-code.ts';

/** Runs a program on this terminal, with variables added to its environment. @returns its exit code, as a shell tells it */
export function runCommand(
  [program = '', ...args]: readonly string[],
  variables: Readonly<Record<string, string>>,
): { readonly ended: Promise<number>; readonly child: ChildProcess } {
  const { AWS_PROFILE: _, ...env } = process.env;
  // On Windows npm and npx are scripts of the shell's.
  const shell = process.platform === 'win32';
  const child = spawn(program, args, { stdio: 'inherit', env: { ...env, ...variables }, shell });
  const ended = new Promise<number>((done, fail) => {
    child.once('error', (error) =>
      fail(new CommandError(`${program} could not be run: ${error.message}`, ExitCode.failed, { cause: error })),
    );
    child.once('exit', (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  return { ended, child };
}
