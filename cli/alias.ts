import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { didYouMean } from './did-you-mean.ts';
import { HOST_NAMES } from './hosts/host-files.ts';
import { REACHING_FLAGS } from './hosts/server-entry.ts';
import { plainLine } from './output/display-width.ts';
import { formatTable } from './output/table.ts';
import { printJson } from './output/terminal.ts';
import { wrapHelp } from './output/wrap-help.ts';
import { seconds } from './target-options.ts';
import { readAliases, writeAliases } from './targets/alias-store.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp alias [--json]
       lambda-mcp alias NAME TARGET [options]
       lambda-mcp alias --remove NAME

Names a target: \`lambda-mcp alias prod URL --profile p\`, then \`lambda-mcp tools prod\`. Without words it lists the names.
What is given with a name later goes before what is kept here.

A bare name is an alias, else \`dev\`, else a server of that name in your file of Claude Desktop, Claude Code, Cursor, VS Code or
Kiro that runs this proxy or has a URL, else a function. alias:NAME, ${HOST_NAMES[0]}:NAME and so on, and function:NAME say which.

Options that are kept with the name:
  ${REACHING_FLAGS.map((flag) => `--${flag}`).join(', ')}
Other options:
  --remove NAME              forget a name
  --json                     print JSON, for programs
  --help
`;

const OPTIONS: ParseArgsOptionsConfig = {
  ...Object.fromEntries(REACHING_FLAGS.map((flag) => [flag, { type: 'string' } as const])),
  remove: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

/** `lambda-mcp alias` */
export async function alias(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  const { remove, json, help, ...flags } = values;
  if (help) {
    process.stdout.write(wrapHelp(HELP));
    return;
  }
  const [name, target, extra] = positionals;
  if (typeof remove === 'string') return removeAlias(remove);
  if (name === undefined) return list(json === true);
  if (!target || extra !== undefined) {
    throw new UsageError('alias takes a NAME and a TARGET, or nothing. See: lambda-mcp alias --help');
  }
  if (!/^[a-z][\w.-]{0,62}$/i.test(name) || RESERVED.has(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} can be no alias: take letters, digits, - and _, and none of ${[...RESERVED].join(', ')}.`,
    );
  }
  for (const flag of ['timeout', 'connect-timeout']) if (flags[flag] !== undefined) seconds(flag, String(flags[flag]));
  const aliases = readAliases();
  writeAliases({ ...aliases, [name]: { target, flags: flags as Record<string, string> } });
  process.stderr.write(
    `${name} is ${target} now${Object.hasOwn(aliases, name) ? `, and was ${aliases[name]?.target}` : ''}.\n`,
  );
}

const RESERVED: ReadonlySet<string> = new Set(['dev', 'alias', 'function', ...HOST_NAMES]);

function read(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split(/\. |\n/)[0]}. See: lambda-mcp alias --help`, { cause });
  }
}

function removeAlias(name: string): void {
  const aliases = readAliases();
  const { [name]: _, ...kept } = aliases;
  if (!Object.hasOwn(aliases, name))
    throw new UsageError(`There is no alias ${JSON.stringify(name)}.${didYouMean(name, Object.keys(kept))}`);
  writeAliases(kept);
  process.stderr.write(`${name} is no alias any more.\n`);
}

function list(json: boolean): void {
  const aliases = Object.entries(readAliases());
  if (json) {
    printJson(Object.fromEntries(aliases));
    return;
  }
  if (aliases.length === 0) {
    process.stderr.write('There is no alias yet: lambda-mcp alias NAME TARGET\n');
    return;
  }
  const rows = aliases.map(([name, { target, flags }]) => [
    name,
    plainLine(target),
    Object.entries(flags)
      .map(([flag, value]) => `--${flag} ${plainLine(value)}`)
      .join(' '),
  ]);
  process.stdout.write(formatTable(['NAME', 'TARGET', 'OPTIONS'], rows));
}
