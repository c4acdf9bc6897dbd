import { basename, dirname, extname, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs, parseEnv } from 'node:util';
import { readText } from '../input/read-text.ts';
import { UsageError } from '../usage-error.ts';
import { writeStdioEntry } from './stdio-entry.ts';

export const HELP = `Usage: lambda-mcp dev ENTRY... [options] [-- COMMAND...]
       lambda-mcp dev --stdio [options] -- COMMAND...

Runs server files on the local Lambda until Ctrl-C: bundled as McpFunction deploys them, loaded at start and anew when a
file that they are made of changes. ENTRY exports \`handler\`, made by createLambdaHandler. esbuild must be installed. Ports,
keys and URL of a folder stay the same; they are kept in .lambda-mcp/.

  lambda-mcp tools dev            its tools; likewise call, shell, proxy and the others, with --as NAME as another caller
  lambda-mcp tools dev:NAME       of several servers, the one of this name
  lambda-mcp dev ENTRY -- npm test
                                  runs a command with the server's URL and a caller's key in its environment, and ends
                                  with its exit code

Options:
  --port N           port of the function URL (default: as before, else a free one)
  --lambda-port N    port of the Lambda API (default: as before, else a free one)
  --name NAME        function name (default: mcp-server; of several, each file's)
  --timeout SECONDS  time-out of an invocation (default: 30)
  --concurrency N    invocations at once (default: 10)
  --env NAME=VALUE   a variable of the function's environment, or NAME to take it from yours; repeatable
  --env-file FILE    a file of such variables; repeatable
  --node-modules PACKAGE
                     leave a package out of the bundle, as McpFunction's bundling.nodeModules does; repeatable
  --stdio            COMMAND is a stdio MCP server, which the function runs; it sees PATH, HOME and what --env names
  --auth oauth       people sign in, in place of IAM, at an authorization server that behaves like Amazon Cognito; needs
                     oidc-provider
  --scope NAME       with it: a scope that its clients may ask for, such as tools/call; repeatable
  --front rest       an API Gateway REST API under IAM in front of the function too, at /prod/mcp
  --principals FILE  callers and policies of your own, as JSON: {"principals": [...], "permissions": [...]}
  --as NAME          who COMMAND and the Inspector call as (default: agent)
  --freeze           environments stand still between invocations, as on Lambda (not on Windows)
  --inspector        start the MCP Inspector on the server
  --inspect[=PORT]   Node's debugger (default: 9229): one invocation at a time, without a time-out
  --inspect-brk[=PORT]  the same, and wait for the debugger
  --quiet            no line for each call, and nothing of what the function prints
  --json             one line of JSON with the URL, the endpoint and the credentials of each server; on stderr one for each event
  --help             show this
`;

const OPTIONS = {
  port: { type: 'string' },
  'lambda-port': { type: 'string' },
  name: { type: 'string' },
  timeout: { type: 'string' },
  concurrency: { type: 'string' },
  env: { type: 'string', multiple: true },
  'env-file': { type: 'string', multiple: true },
  'node-modules': { type: 'string', multiple: true },
  stdio: { type: 'boolean' },
  auth: { type: 'string' },
  scope: { type: 'string', multiple: true },
  front: { type: 'string' },
  principals: { type: 'string' },
  as: { type: 'string' },
  freeze: { type: 'boolean' },
  inspector: { type: 'boolean' },
  inspect: { type: 'string' },
  'inspect-brk': { type: 'string' },
  quiet: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} satisfies ParseArgsConfig['options'];

/** The arguments of `dev`, read. */
export interface DevOptions {
  /** Files with the names of their functions. */
  readonly servers: readonly { readonly entry: string; readonly name: string }[];
  readonly command: readonly string[];
  /** Whether the server is a stdio server's command. */
  readonly stdio: boolean;
  readonly port: number | undefined;
  readonly lambdaPort: number | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeModules: readonly string[];
  readonly auth: 'iam' | 'oauth';
  /** Of the authorization server's clients, beside OpenID Connect's. */
  readonly scopes: readonly string[];
  /** Whether a REST API stands in front of it too. */
  readonly restApi: boolean;
  readonly principals: string | undefined;
  readonly as: string | undefined;
  readonly freeze: boolean;
  readonly inspector: boolean;
  /** Of Node's debugger: `--inspect=PORT`. */
  readonly inspect: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
}

const DEBUGGER_PORT = '9229';

/**
 * @returns undefined when help was asked for
 * @throws {UsageError} for what `dev` does not take
 */
export function readOptions(args: readonly string[]): DevOptions | undefined {
  const end = args.indexOf('--');
  const rest = end < 0 ? [] : args.slice(end + 1);
  const { values, positionals: files } = parse(end < 0 ? args : args.slice(0, end));
  if (values.help) return undefined;
  const stdio = values.stdio ?? false;
  const environment = { ...readFiles(values['env-file'] ?? []), ...readVariables(values.env ?? []) };
  if (stdio && files.length > 0) throw new UsageError('--stdio takes no server file: write the command behind --.');
  if (!stdio && end >= 0 && rest.length === 0) throw new UsageError('Which command? lambda-mcp dev ENTRY -- COMMAND');
  const signedInScopes = readAuth(values.auth) === 'oauth' ? (values.scope ?? []) : undefined;
  const positionals = stdio ? [writeStdioEntry(rest, Object.keys(environment), signedInScopes)] : files;
  const command = stdio ? [] : rest;
  if (positionals.length === 0) throw new UsageError('Which server file? See: lambda-mcp dev --help');
  const several = positionals.length > 1;
  const one = ['name', 'port', 'lambda-port', 'inspect', 'inspect-brk', 'inspector'] as const;
  const forOne = one.find((option) => values[option] !== undefined);
  if (several && forOne) throw new UsageError(`--${forOne} is for one server, and these are ${positionals.length}.`);
  if (several && command.length > 0) throw new UsageError('COMMAND gets the environment of one server.');
  if (values.front === 'rest' && values.auth === 'oauth') {
    throw new UsageError(
      '--front rest stands under IAM, and --auth oauth takes its place. Leave one of them out; what McpRestApi does with a ' +
        'user pool cannot be run here, since it needs a domain.',
    );
  }
  const servers = positionals.map((entry) => ({
    entry,
    name: validName(values.name ?? (several ? nameOf(entry, positionals) : 'mcp-server')),
  }));
  const names = servers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UsageError(`Two servers would have the name ${twice}: rename a file, or start them from two folders.`);
  return {
    servers,
    command,
    port: port('port', values.port),
    lambdaPort: port('lambda-port', values['lambda-port']),
    timeout: wholeNumber('timeout', values.timeout ?? '30', 1, 900) * 1000,
    concurrency: wholeNumber('concurrency', values.concurrency ?? '10', 1, 1000),
    environment,
    nodeModules: values['node-modules'] ?? [],
    stdio,
    auth: readAuth(values.auth),
    scopes: values.scope ?? [],
    restApi: readFront(values.front) === 'rest',
    principals: values.principals,
    as: values.as,
    freeze: values.freeze ?? false,
    inspector: values.inspector ?? false,
    inspect: readInspect(values),
    quiet: values.quiet ?? false,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  // `parseArgs` knows no option whose value may be left out.
  const whole = args.map((each) => (/^--inspect(?:-brk)?$/.test(each) ? `${each}=${DEBUGGER_PORT}` : each));
  try {
    return parseArgs({ args: whole, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [said] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${said?.replace(/\.$/, '')}. See: lambda-mcp dev --help`);
  }
}

function readAuth(text: string = 'iam'): 'iam' | 'oauth' {
  if (text === 'iam' || text === 'oauth') return text;
  throw new UsageError(`--auth takes iam or oauth, not ${JSON.stringify(text)}.`);
}

function readInspect(values: { inspect?: string; 'inspect-brk'?: string }): string | undefined {
  for (const option of ['inspect-brk', 'inspect'] as const) {
    const given = values[option];
    if (given !== undefined) return `--${option}=127.0.0.1:${wholeNumber(option, given, 0, 65_535)}`;
  }
  return undefined;
}

function readFront(front = 'url'): string {
  if (front === 'url' || front === 'rest') return front;
  throw new UsageError(`--front takes rest, or url, which there is always; not ${JSON.stringify(front)}.`);
}

function readFiles(files: readonly string[]): NodeJS.Dict<string> & Record<string, string> {
  const variables: Record<string, string> = {};
  for (const file of files) {
    try {
      Object.assign(variables, parseEnv(readText(file)));
    } catch (error) {
      throw new UsageError(`--env-file ${file}: ${(error as Error).message}`);
    }
  }
  return variables;
}

function readVariables(given: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const each of given) {
    const [, name = '', value] = /^([A-Za-z]\w*)(?:=(.*))?$/s.exec(each) ?? [];
    // What stands there may be a secret.
    if (name === '') throw new UsageError('--env takes NAME=VALUE, or NAME for a variable of this shell.');
    const found = value ?? process.env[name];
    if (found === undefined) throw new UsageError(`--env ${name}: there is no such variable here. Give ${name}=VALUE.`);
    variables[name] = found;
  }
  return variables;
}

/** Of several servers: each file's name, with its folder's where files of one name lie in several. */
function nameOf(entry: string, all: readonly string[]): string {
  const stem = (path: string) => basename(path, extname(path));
  const alone = all.filter((other) => stem(other) === stem(entry)).length === 1;
  const name = alone ? stem(entry) : `${basename(dirname(resolve(entry)))}-${stem(entry)}`;
  return name.replace(/[^\w-]/g, '-').slice(0, 64);
}

function validName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new UsageError(`--name takes up to 64 letters, digits, - and _, not ${JSON.stringify(text)}.`);
}

function port(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber(option, text, 0, 65_535);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most && text.trim() !== '') return number;
  throw new UsageError(`--${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}
