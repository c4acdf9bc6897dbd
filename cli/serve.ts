import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ServeOptions, serve as serveHttp } from '../server/http/index.ts';
import { CommandError, ExitCode } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp serve ENTRY [options]

Serves a server file over HTTP with Node, without AWS: MCP at /mcp, health checks at /ping and /healthz. ENTRY exports
\`handler\`, made by createLambdaHandler. It listens on 127.0.0.1 unless --host is given, and ends running calls before it
stops.

Options:
  --port N                 port (default: PORT, or 8000; 0 for a free one)
  --host HOST              address (default: 127.0.0.1, or that of AWS_LAMBDA_HTTP_ENDPOINT)
  --allow-unauthenticated  listen where others reach it, though it checks nobody's identity: what is in front of it does
  --path PATH              of the MCP server (default: /mcp)
  --sessions               keep a session for each client of the 2025 revisions
  --session-address URL    where other processes reach this one; they share the secret in SESSION_SECRET (default: in
                           Amazon ECS, where that is set, the task's own address)
  --stop-timeout SECONDS   for running calls, once it is to stop (default: 25)
  --help                   show this
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'allow-unauthenticated': { type: 'boolean' },
  path: { type: 'string' },
  sessions: { type: 'boolean' },
  'session-address': { type: 'string' },
  'stop-timeout': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function serve(args: string[]): Promise<void> {
  const { values, positionals } = read(args);
  if (values.help) return void process.stdout.write(HELP);
  const [entry, extra] = positionals;
  if (entry === undefined || extra !== undefined) {
    throw new UsageError('serve takes one server file. See: lambda-mcp serve --help');
  }
  const options: ServeOptions = {
    ...(values.port !== undefined && { port: numberOf('port', values.port, 65_535) }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.path !== undefined && { path: values.path }),
    ...(values['allow-unauthenticated'] && { allowUnauthenticated: true }),
    ...sessionsOf(values.sessions, values['session-address']),
    ...(values['stop-timeout'] !== undefined && {
      stopTimeout: numberOf('stop-timeout', values['stop-timeout'], 3600) * 1000,
    }),
  };
  const handler = await loadHandler(entry);
  const { url } = await serveHttp(handler, options).catch((error: NodeJS.ErrnoException) => {
    throw explainListening(error);
  });
  process.stdout.write(`${url}\n`);
  // The process lives as long as the server does, and ends by a signal.
  await new Promise(() => {});
}

function sessionsOf(sessions: boolean | undefined, address: string | undefined): Pick<ServeOptions, 'sessions'> {
  const { SESSION_SECRET: secret = '', ECS_CONTAINER_METADATA_URI_V4: task } = process.env;
  // A task of Amazon ECS finds out its address by itself.
  if (address === undefined && sessions && secret !== '' && task) {
    return { sessions: { cluster: { secret }, reportCount: true } };
  }
  if (address === undefined) return sessions ? { sessions } : {};
  if (secret === '')
    throw new UsageError('--session-address needs the secret that all processes share in SESSION_SECRET.');
  return { sessions: { cluster: { address, secret } } };
}

function read(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [said] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${said?.replace(/\.$/, '')}. See: lambda-mcp serve --help`);
  }
}

async function loadHandler(entry: string): Promise<Parameters<typeof serveHttp>[0]> {
  const { handler } = await import(pathToFileURL(resolve(entry)).href);
  if (typeof handler?.fetch === 'function') return handler;
  throw new CommandError(
    `${entry} exports no handler that createLambdaHandler made. Write: export const handler = createLambdaHandler(…)`,
    ExitCode.usage,
  );
}

function explainListening(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new CommandError('This port is taken. Give another by --port, or 0 for a free one.', ExitCode.failed);
  }
  return error instanceof TypeError
    ? new UsageError(error.message.replace('allowUnauthenticated: true', '--allow-unauthenticated'))
    : error;
}

function numberOf(option: string, text: string, most: number): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= most) return number;
  throw new UsageError(`--${option} takes a number from 0 to ${most}, not ${JSON.stringify(text)}.`);
}
