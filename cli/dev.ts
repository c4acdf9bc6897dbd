import { type AuthorizationServer, startAuthorizationServer } from '../local/authorization-server/start.ts';
import { describeDev } from './dev/describe-dev.ts';
import { describePool } from './dev/describe-pool.ts';
import { type DevServer, startDevServer } from './dev/dev-server.ts';
import { devVariables, principalOf } from './dev/dev-target.ts';
import { type DevOptions, HELP, readOptions } from './dev/options.ts';
import { readPrincipals } from './dev/principals-file.ts';
import { printEvents } from './dev/print-events.ts';
import { runCommand } from './dev/run-command.ts';
import { selfFolder } from './dev/self.ts';
import { stdioAdvice } from './dev/stdio-entry.ts';

/** `lambda-mcp dev` */
export async function dev(args: string[]): Promise<number | undefined> {
  const options = readOptions(args);
  if (!options) return void process.stdout.write(HELP);
  const principals = readPrincipals(options.principals);
  const folder = selfFolder();
  const several = options.servers.length > 1;
  const running: DevServer[] = [];
  const pool = options.auth === 'oauth' ? await startAuthorizationServer({ scopes: options.scopes }) : undefined;
  try {
    for (const { entry, name } of options.servers) {
      const advice = options.stdio ? undefined : stdioAdvice(entry);
      if (advice !== undefined) process.stderr.write(`${advice}\n`);
      const events = printEvents({ entry, name, several, quiet: options.quiet, json: options.json });
      running.push(await startDevServer({ ...options, entry, name, folder, principals, pool }, events));
    }
    // Before anything is printed: who reads it may send the signal at once.
    const end = interrupted();
    for (const { description } of running) {
      const { pid: _, entry: __, signInClient: ___, ...told } = description;
      if (options.json) process.stdout.write(`${JSON.stringify({ ...told, ...(pool && { pool: tellPool(pool) }) })}\n`);
      else if (options.command.length === 0) process.stdout.write(describeDev(description, principals, several));
    }
    if (pool && !options.json && options.command.length === 0) process.stdout.write(describePool(pool));
    return await untilEnd(options, running, end);
  } finally {
    for (const server of running) await server.close();
    await pool?.close();
  }
}

function tellPool({ issuer, domain, users, clients }: AuthorizationServer) {
  return { issuer, domain, users, clients };
}

/** Until Ctrl-C, or the end of the command. @returns the command's exit code */
async function untilEnd(
  { command, inspector, as }: DevOptions,
  [first]: readonly DevServer[],
  end: Promise<void>,
): Promise<number | undefined> {
  const program = inspector ? inspectorCommand(first?.description.functionName ?? '', as) : command;
  if (!first || program.length === 0) return void (await end);
  const principal = principalOf(first.description, as);
  const { ended, child } = runCommand(program, devVariables({ self: first.description, principal }));
  // Ctrl-C reaches it too; another signal does not.
  void end.then(() => child.kill());
  const code = await ended;
  return inspector ? undefined : code;
}

/** The Inspector, which starts our proxy as its server: it signs. */
function inspectorCommand(name: string, as: string | undefined): string[] {
  const self = [
    process.execPath,
    process.argv[1] ?? '',
    'proxy',
    `dev:${name}`,
    ...(as === undefined ? [] : ['--as', as]),
  ];
  return ['npx', '--yes', '@modelcontextprotocol/inspector', ...self];
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
