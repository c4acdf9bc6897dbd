import { basename, dirname } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { startLocalLambda } from '../local/index.ts';
import { devPermissions, devPrincipals } from './dev-principals.ts';
import { stdioAdvice, writeStdioEntry } from './dev-stdio.ts';
import { UsageError } from './usage-error.ts';
import { watchSources } from './watch-sources.ts';

const HELP = `Usage: lambda-mcp dev ENTRY [options]
       lambda-mcp dev --stdio [options] -- COMMAND [ARGUMENT…]

Runs a server file on the local Lambda until Ctrl-C, and restarts it when a file beside it changes. ENTRY exports
\`handler\`, made by createLambdaHandler. With --stdio COMMAND is a stdio MCP server, which the function runs.

Options:
  --port N           port of the function URL (default: a free one)
  --lambda-port N    port of the Lambda API (default: a free one)
  --name NAME        function name (default: mcp-server)
  --timeout SECONDS  time-out of an invocation (default: 30)
  --concurrency N    invocations at once (default: 10)
  --env NAME=VALUE   a variable of the function's environment, or NAME to take it from yours; repeatable
  --stdio            run a stdio MCP server; it sees PATH, HOME and what --env names
  --json             print the URL, the endpoint and the credentials as one line of JSON
  --help             show this
`;

const OPTIONS = {
  port: { type: 'string' },
  'lambda-port': { type: 'string' },
  name: { type: 'string' },
  timeout: { type: 'string' },
  concurrency: { type: 'string' },
  env: { type: 'string', multiple: true },
  stdio: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} satisfies ParseArgsConfig['options'];

export async function dev(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.help) return void process.stdout.write(HELP);
  const variables = values.env ? readVariables(values.env) : {};
  const entry = values.stdio ? writeStdioEntry(positionals, Object.keys(variables)) : positionals[0];
  if (!entry) throw new UsageError('Which server file? See: lambda-mcp dev --help');
  const advice = values.stdio ? undefined : stdioAdvice(entry);
  if (advice !== undefined) console.error(advice);

  await using lambda = await startLocalLambda({
    entry,
    principals: devPrincipals,
    permissions: devPermissions,
    ...(values.name !== undefined && { functionName: validName(values.name) }),
    ...(values.port !== undefined && { port: wholeNumber('port', values.port, 0, 65_535) }),
    ...(values['lambda-port'] !== undefined && {
      lambdaPort: wholeNumber('lambda-port', values['lambda-port'], 0, 65_535),
    }),
    ...(values.timeout !== undefined && { timeout: wholeNumber('timeout', values.timeout, 1, 900) * 1000 }),
    ...(values.concurrency !== undefined && { concurrency: wholeNumber('concurrency', values.concurrency, 1, 1000) }),
    environment: variables,
  });
  const { functionUrl, lambdaEndpoint, functionName, functionArn, region, principals, trailFile, logFile } = lambda;
  const told = { functionUrl, lambdaEndpoint, functionName, functionArn, region, principals, trailFile, logFile };
  const stopWatching = watchSources(dirname(entry), (file) => {
    console.error(`${basename(file)} changed: the next call starts it anew.`);
    lambda.reload();
  });
  // Before anything is printed: who reads it may send the signal at once.
  const end = interrupted();
  process.stdout.write(
    values.json ? `${JSON.stringify(told)}\n` : describe(values.stdio ? positionals.join(' ') : entry, told),
  );

  await end;
  stopWatching();
}

function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (positionals.length > 1 && !values.stdio) throw new Error(`Unexpected argument '${positionals[1]}'`);
    return { values, positionals };
  } catch (error) {
    const [said] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${said?.replace(/\.$/, '')}. See: lambda-mcp dev --help`);
  }
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

function validName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new UsageError(`--name takes up to 64 letters, digits, - and _, not ${JSON.stringify(text)}.`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most && text.trim() !== '') return number;
  throw new UsageError(`--${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}

type Told = Pick<
  Awaited<ReturnType<typeof startLocalLambda>>,
  'functionUrl' | 'lambdaEndpoint' | 'functionArn' | 'region' | 'principals' | 'trailFile' | 'logFile'
>;

function describe(entry: string, told: Told): string {
  const credentials = told.principals.map(({ name, accessKeyId, secretAccessKey, sessionToken }) => {
    const { description } = devPrincipals.find((principal) => principal.name === name) ?? {};
    return [
      `# ${name}: ${description}`,
      `export AWS_ACCESS_KEY_ID='${accessKeyId}' AWS_SECRET_ACCESS_KEY='${secretAccessKey}'`,
      `export AWS_SESSION_TOKEN='${sessionToken ?? ''}'`,
      '',
    ].join('\n');
  });
  return `${entry} runs on the local Lambda. Ctrl-C ends it.

  Function URL     ${told.functionUrl}
  Lambda endpoint  ${told.lambdaEndpoint}
  Function         ${told.functionArn}
  CloudTrail file  ${told.trailFile}
  Function's log   ${told.logFile}

To call it from a shell, paste the first two lines and one caller's:

export AWS_REGION='${told.region}' AWS_ENDPOINT_URL_LAMBDA='${told.lambdaEndpoint}' FUNCTION_URL='${told.functionUrl}'
export TRAIL_FILE='${told.trailFile}' LOG_FILE='${told.logFile}'

${credentials.join('\n')}`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
