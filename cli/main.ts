#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { assertNode } from '../wire/node-floor.ts';
import { didYouMean } from './did-you-mean.ts';
import { ExitCode } from './exit-code.ts';
import { UsageError } from './usage-error.ts';
import { printVersion } from './version.ts';

const HELP = `Usage: lambda-mcp COMMAND [options]

A TARGET is a function URL, a function ARN, a function name, or a name that \`alias\` gave or a host's file has.

Commands:
  proxy TARGET              a stdio MCP server for desktop hosts, or with --http one on loopback
  tools TARGET [NAME]       the server's tools, or how one is called
  resources TARGET          its resources; \`read URI\` after it reads one
  prompts TARGET            its prompts; \`get NAME [k=v …]\` after it gets one
  complete TARGET …         what an argument of a prompt or a resource could be
  call TARGET TOOL [k=v …]  call a tool
  shell TARGET              all of it, interactively
  login TARGET              sign in to a server that people sign in to
  logout [TARGET]           forget the sign-in
  alias [NAME TARGET]       name a target; without words, list the names
  install HOST TARGET       have a desktop host start the proxy: claude-desktop, claude-code, cursor, vscode, kiro
  grant FUNCTION PRINCIPAL  let a principal call a function
  doctor TARGET             find out what keeps you from being served
  audit FUNCTION            who called which tool, when, with what outcome
  dev ENTRY                 run a server file on the local Lambda: SigV4 verified, IAM evaluated
  serve ENTRY               serve a server file over HTTP with Node, as in a container

Options:
  --help      show this, or with a command that command's options
  --version   show the version

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no valid credentials, 4 refused by AWS, 5 not reached, 6 the tool failed,
7 it asks for input that nobody gives, 8 half an audit: its input is cut or not understood, or its sides never meet.
`;

/** Takes the arguments after its name, and returns the exit status, if it is not 0. */
// biome-ignore lint/suspicious/noConfusingVoidType: a command that always ends well returns nothing
export type Command = (args: string[]) => Promise<number | void>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  proxy: async () => (await import('./proxy.ts')).proxy,
  tools: async () => (await import('./tools.ts')).tools,
  resources: async () => (await import('./resources.ts')).resources,
  prompts: async () => (await import('./prompts.ts')).prompts,
  complete: async () => (await import('./complete.ts')).complete,
  call: async () => (await import('./call.ts')).call,
  shell: async () => (await import('./shell.ts')).shell,
  login: async () => (await import('./login.ts')).login,
  logout: async () => (await import('./logout.ts')).logout,
  alias: async () => (await import('./alias.ts')).alias,
  install: async () => (await import('./install.ts')).install,
  grant: async () => (await import('./grant.ts')).grant,
  doctor: async () => (await import('./doctor.ts')).doctor,
  audit: async () => (await import('./audit.ts')).audit,
  dev: async () => (await import('./dev.ts')).dev,
  serve: async () => (await import('./serve.ts')).serve,
};

async function main(given: string[]): ReturnType<Command> {
  assertNode();
  const [name = '--help', ...args] = given;
  if (name === 'help' && args.length > 0) return main([...args.slice(0, 1), '--help']);
  if (name === '--help' || name === '-h' || name === 'help') return printHelp();
  if (name === '--version' || name === '-v') return printVersion();
  if (Object.hasOwn(COMMANDS, name)) return (await COMMANDS[name]?.())?.(args);
  // Flags may come first: `lambda-mcp --json tools URL`.
  const at = name.startsWith('-') ? given.findIndex((word) => Object.hasOwn(COMMANDS, word)) : -1;
  if (at > 0) return main([...given.slice(at, at + 1), ...given.slice(0, at), ...given.slice(at + 1)]);
  throw new UsageError(
    `There is no command ${JSON.stringify(name)}.${didYouMean(name, Object.keys(COMMANDS))} See: lambda-mcp --help`,
  );
}

async function printHelp(): Promise<void> {
  const { wrapHelp } = await import('./output/wrap-help.ts');
  process.stdout.write(wrapHelp(HELP));
}

/** What comes after `--` is another command's. */
function asksForJson(words: readonly string[]): boolean {
  const [own = ''] = words.join('\n').split(/^--$/m);
  return own.split('\n').includes('--json');
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `lambda-mcp … | head` closes the pipe when it has read enough.
    if (error.code === 'EPIPE') process.exit();
    // As a full disk does. Where stderr itself cannot be written to, the exit status tells.
    if (stream === process.stdout) writeSync(2, `lambda-mcp: The output could not be written: ${error.message}.\n`);
    process.exit(ExitCode.failed);
  });
}

const words = process.argv.slice(2);
try {
  process.exitCode = (await main(words)) ?? process.exitCode ?? ExitCode.ok;
} catch (error) {
  const { printError } = await import('./print-error.ts');
  process.exitCode = printError(error, asksForJson(words));
}
