import { interruptible } from './call/interruptible.ts';
import type { Asking, Output } from './call/read-resource.ts';
import { ExitCode } from './exit-code.ts';
import { createAnswerInput } from './input/answer-input.ts';
import { terminalAsker } from './input/terminal-asker.ts';
import { connectTarget } from './mcp/connect-target.ts';
import type { McpConnection } from './mcp/connection.ts';
import { printJson } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

/** What a command lists, and what it does with one of them. */
export interface Listing<T> {
  readonly what: string;
  /** What the server must offer for it. */
  readonly capability: string;
  /** How one of them is asked for, after TARGET, and what that does: for the help. */
  readonly usage: string;
  readonly does: string;
  list(connection: McpConnection): Promise<T[]>;
  format(items: readonly T[]): string;
  /** @throws {UsageError} before anything is asked, for words that it does not take */
  check(words: readonly string[]): void;
  /** Does it. @returns what `--json` prints, and how it is printed else */
  one(words: readonly string[], asked: Asked): Promise<{ readonly json: unknown; print(output: Output): void }>;
}

export interface Asked extends Asking {
  readonly connection: McpConnection;
  readonly target: string;
}

/** A command that lists what a server offers, and, with more words, shows one of it. */
export function createListing<T extends object>(listing: Listing<T>) {
  const { what, capability, usage, does, list, format, check, one } = listing;
  const help = `Usage: lambda-mcp ${what} TARGET [options]
       lambda-mcp ${what} TARGET ${usage} [options]

Lists the ${what} of an MCP server; ${does} TARGET is a function URL, a function ARN, or a function name. With --json the
server's whole definitions are printed, schemas included, or its whole result.

Options:
${SHARED_HELP}`;
  return async (args: string[]): Promise<number | undefined> => {
    const parsed = readArguments(what, help, args, {});
    if (!parsed) return undefined;
    const { options, positionals } = parsed;
    const [target, ...words] = positionals;
    if (target === undefined) {
      throw new UsageError(`${what} takes one TARGET: a function URL, ARN or name. See: lambda-mcp ${what} --help`);
    }
    if (words.length > 0) check(words);
    return interruptible(async (interrupted) => {
      const { signal } = interrupted;
      const connection = await connectTarget(target, options, signal);
      try {
        if (words.length > 0) {
          const asker = terminalAsker(() => interrupted.abort());
          const answer = createAnswerInput({ name: words.join(' '), asker, advice: 'On a terminal you are asked.' });
          const { json, print } = await one(words, { connection, target, signal, answer });
          if (options.json) printJson(json);
          else print({ folder: '.', terminal: process.stdout.isTTY, write, tell });
          return ExitCode.ok;
        }
        const items = connection.capabilities[capability] === undefined ? [] : await list(connection);
        if (options.json) printJson(items);
        else if (items.length > 0) write(format(items));
        else tell(`The server has no ${what}.\n`);
        return ExitCode.ok;
      } finally {
        await connection.close();
      }
    });
  };
}

function write(text: string): void {
  process.stdout.write(text);
}

function tell(text: string): void {
  process.stderr.write(text);
}
