import { randomBytes } from 'node:crypto';
import { exitWithHost } from './proxy/exit-with-host.ts';
import { createForward } from './proxy/forward.ts';
import { readHeaders } from './proxy/header-option.ts';
import { createLog, LOG_LEVELS, type LogLevel } from './proxy/log.ts';
import { serveLoopback } from './proxy/loopback.ts';
import type { LoopbackRules } from './proxy/loopback-rules.ts';
import { readMeta } from './proxy/meta-option.ts';
import { serveStdio } from './proxy/stdio.ts';
import { createToolCatalogue } from './proxy/tool-catalogue.ts';
import { readArguments, SHARED_HELP, seconds, targetFetch, targetUrl } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp proxy TARGET [options]

Serves an MCP server on AWS Lambda as a stdio MCP server, for hosts that cannot sign requests. TARGET is a function URL, a
function ARN, or a function name. With --auth oauth it opens a browser when somebody has to sign in, once.

Options:
  --http [PORT]              serve on http://127.0.0.1:PORT/mcp instead of stdio (default: a free port)
  --http-token               with --http: ask for a bearer token, that of LAMBDA_MCP_HTTP_TOKEN, or one that is printed
  --allow-origin ORIGIN      with --http: let web pages of this origin call; may be given more than once
  --tool PATTERN             list and call only tools of such a name, such as get_*; may be given more than once
  --no-tool PATTERN          neither list nor call tools of such a name; may be given more than once
  --read-only                list and call only the tools that are annotated readOnlyHint
  --tool-timeout SECONDS     longest wait for a tool (default: that of --timeout)
  --retries N                how often a request is tried again where that is safe (default: 2)
  --header K=V               add a header to each request; may be given more than once
  --meta K=V                 add to the _meta of each request, but for what its host says; may be given more than once
  --log-level LEVEL          what to tell on stderr: silent, error, info or debug (default: silent)
${SHARED_HELP}`;

const OPTIONS = {
  http: { type: 'string' },
  'http-token': { type: 'boolean' },
  'allow-origin': { type: 'string', multiple: true },
  tool: { type: 'string', multiple: true },
  'no-tool': { type: 'string', multiple: true },
  'read-only': { type: 'boolean' },
  'tool-timeout': { type: 'string' },
  retries: { type: 'string' },
  header: { type: 'string', multiple: true },
  meta: { type: 'string', multiple: true },
  'log-level': { type: 'string' },
} as const;

export async function proxy(args: string[]): Promise<void> {
  const parsed = readArguments('proxy', HELP, withHttpPort(args), OPTIONS);
  if (!parsed) return;
  const { options, values, positionals } = parsed;
  const [target, extra] = positionals;
  if (target === undefined || extra !== undefined) {
    throw new UsageError('proxy takes one TARGET: a function URL, ARN or name. See: lambda-mcp proxy --help');
  }
  const level = readLevel(values['log-level'] ?? (options.debug ? 'debug' : 'silent'));
  const attempts = wholeNumber('retries', values.retries ?? '2', 100) + 1;
  const log = createLog(level);
  const rules = readLoopbackRules(values);
  // A host has no terminal, and its person has a browser.
  const person = { tell: log.info, isPatient: true };
  const reach = targetFetch(target, { ...options, person, debug: level === 'debug' }, { attempts });
  const url = targetUrl(target, options);
  const forward = createForward({
    reach,
    url,
    headers: readHeaders(values.header ?? []),
    meta: readMeta(values.meta ?? []),
    timeout: options.timeout,
    toolTimeout:
      values['tool-timeout'] === undefined ? options.timeout : seconds('tool-timeout', values['tool-timeout']),
    rules: { readOnly: values['read-only'] ?? false, only: values.tool ?? [], never: values['no-tool'] ?? [] },
    auth: options.auth,
    catalogue: createToolCatalogue(),
    log,
  });

  if (values.http !== undefined) {
    const port = wholeNumber('http', values.http, 65_535);
    const server = await serveLoopback({ forward, reach, url, port, rules });
    const printed = process.env[TOKEN_VARIABLE] ? undefined : rules.token;
    const asks = printed && ` It asks for the header Authorization: Bearer ${printed}`;
    const told = options.json
      ? JSON.stringify({ url: server.url, token: printed })
      : `${target} is served at ${server.url}. Ctrl-C ends it.${asks ?? ''}`;
    // Before it is printed: who reads it may send the signal at once.
    const end = interrupted();
    process.stdout.write(`${told}\n`);
    await end;
    await server.close();
    return;
  }
  log.info(`serving ${target} on stdio`);
  if (process.stdin.isTTY) {
    process.stderr.write(`An MCP host talks to this on stdin and stdout. For a person: lambda-mcp shell ${target}\n`);
  }
  interrupted().then(() => process.exit());
  exitWithHost();
  await serveStdio({
    forward,
    reach,
    url,
    input: process.stdin,
    write: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Holds the token of `--http-token`, for whoever has chosen one. */
const TOKEN_VARIABLE = 'LAMBDA_MCP_HTTP_TOKEN';

function readLoopbackRules(values: {
  readonly http?: string;
  readonly 'http-token'?: boolean;
  readonly 'allow-origin'?: string[];
}): LoopbackRules {
  const { http, 'http-token': asksToken = false, 'allow-origin': allowedOrigins = [] } = values;
  if (http === undefined && (asksToken || allowedOrigins.length > 0)) {
    throw new UsageError('--http-token and --allow-origin are for --http: over stdio nobody else can call.');
  }
  for (const origin of allowedOrigins) {
    if (/^[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/.test(origin)) continue;
    throw new UsageError(
      `--allow-origin takes an origin such as http://localhost:5173, not ${JSON.stringify(origin)}.`,
    );
  }
  const token = process.env[TOKEN_VARIABLE] || randomBytes(24).toString('base64url');
  return { allowedOrigins, token: asksToken ? token : undefined };
}

/** `--http` takes a port or none, which `parseArgs` cannot tell. */
function withHttpPort(args: string[]): string[] {
  const at = args.indexOf('--http');
  if (at < 0) return args;
  const port = /^\d+$/.test(args[at + 1] ?? '') ? args[at + 1] : undefined;
  return args.toSpliced(at, port === undefined ? 1 : 2, `--http=${port ?? 0}`);
}

function readLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((each) => each === text);
  if (level) return level;
  throw new UsageError(`--log-level takes ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}.`);
}

function wholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new UsageError(`--${flag} takes a whole number up to ${most}, not ${JSON.stringify(text)}.`);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
