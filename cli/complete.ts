import { interruptible } from './call/interruptible.ts';
import { CommandError, ExitCode } from './exit-code.ts';
import { connectTarget } from './mcp/connect-target.ts';
import { plainLine } from './output/display-width.ts';
import { printJson } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp complete TARGET prompt NAME ARGUMENT=BEGINNING [key=value ...]
       lambda-mcp complete TARGET resource TEMPLATE ARGUMENT=BEGINNING [key=value ...]

Asks the server what an argument of a prompt, or of a resource template, could be, given its beginning and the values of
others. Prints one value a line.

Options:
${SHARED_HELP}`;

/** Source: MCP specification 2025-11-25, "Completion". */
export async function complete(args: string[]): Promise<number | undefined> {
  const parsed = readArguments('complete', HELP, args, {});
  if (!parsed) return undefined;
  const { options, positionals } = parsed;
  const [target, kind, name, ...words] = positionals;
  const [argument, ...context] = words.map(readWord);
  if (target === undefined || name === undefined || !argument || (kind !== 'prompt' && kind !== 'resource')) {
    throw new UsageError(
      'complete takes a TARGET, `prompt NAME` or `resource TEMPLATE`, and ARGUMENT=BEGINNING. See: lambda-mcp complete --help',
    );
  }
  const params = {
    ref: kind === 'prompt' ? { type: 'ref/prompt', name } : { type: 'ref/resource', uri: name },
    argument,
    ...(context.length > 0 && {
      context: { arguments: Object.fromEntries(context.map((each) => [each.name, each.value])) },
    }),
  };
  return interruptible(async ({ signal }) => {
    const connection = await connectTarget(target, options, signal);
    try {
      if (connection.capabilities.completions === undefined) {
        throw new CommandError('The server does not complete arguments.', ExitCode.failed);
      }
      const result = await connection.request('completion/complete', params, { signal });
      if (options.json) {
        printJson(result);
        return ExitCode.ok;
      }
      const { values = [], hasMore } = (result.completion ?? {}) as { values?: unknown[]; hasMore?: boolean };
      for (const value of values) process.stdout.write(`${plainLine(String(value))}\n`);
      if (hasMore) process.stderr.write('There are more: give a longer beginning.\n');
      return ExitCode.ok;
    } finally {
      await connection.close();
    }
  });
}

function readWord(word: string): { name: string; value: string } {
  const at = word.indexOf('=');
  if (at < 1) throw new UsageError(`Arguments are given as key=value, and ${JSON.stringify(word)} is not.`);
  return { name: word.slice(0, at), value: word.slice(at + 1) };
}
