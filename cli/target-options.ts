import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { awsFetch } from '../transport/aws-fetch.ts';
import { invokeUrl } from '../transport/invoke-url.ts';
import { readRuntimeTarget } from '../transport/runtime-target.ts';
import { isLoopback, signingScope } from '../transport/signing-scope.ts';
import type { RetryOptions } from '../transport/stages/retry.ts';
import { withDebugLines } from './debug-lines.ts';
import { type DevTarget, devVariables, findDevTarget, isDevTarget } from './dev/dev-target.ts';
import { didYouMean } from './did-you-mean.ts';
import { networkOptions } from './network.ts';
import { wrapHelp } from './output/wrap-help.ts';
import { UsageError } from './usage-error.ts';
import { printVersion } from './version.ts';

/** The flags that every command takes. */
const SHARED = {
  region: { type: 'string' },
  service: { type: 'string' },
  'signing-host': { type: 'string' },
  profile: { type: 'string' },
  qualifier: { type: 'string' },
  endpoint: { type: 'string' },
  path: { type: 'string' },
  timeout: { type: 'string' },
  'connect-timeout': { type: 'string' },
  json: { type: 'boolean' },
  debug: { type: 'boolean' },
  as: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** Their part of a command's help text. */
export const SHARED_HELP = `  --region REGION            the function's (default: read from the target, else AWS_REGION or the profile's)
  --service NAME             signing name of the service (default: read from the URL's host, else lambda)
  --signing-host HOST        host that AWS is called by, where something on the way calls it by another name
  --profile NAME             profile of the AWS config files (default: AWS_PROFILE, or default)
  --qualifier NAME           version or alias, for a function name or ARN; endpoint, for the ARN of an agent runtime
  --endpoint URL             of the Lambda API (default: AWS_ENDPOINT_URL_LAMBDA, or the region's), or of AgentCore's
  --path PATH                of the server, for a function name or ARN (default: /)
  --timeout SECONDS          longest wait for an answer (default: 900, the longest that Lambda runs)
  --connect-timeout SECONDS  longest wait for a connection (default: 10)
  --json                     print JSON, for programs
  --debug                    print each request on stderr: method, status, duration, request id
  --as NAME                  for the target dev, the server that \`lambda-mcp dev\` runs: who calls it (default: agent)
  --help, --version
`;

/** The shared flags, read. */
export interface TargetOptions {
  readonly region?: string;
  readonly service?: string;
  readonly signingHost?: string;
  readonly profile?: string;
  readonly qualifier?: string;
  /** Of the Lambda API. */
  readonly endpoint?: string;
  /** Of the server in an invoked function. */
  readonly path?: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly json: boolean;
  readonly debug: boolean;
}

type Values<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true }>
>['values'];

export interface Arguments<T extends ParseArgsOptionsConfig> {
  readonly options: TargetOptions;
  /** The command's own flags. */
  readonly values: Values<T>;
  readonly positionals: readonly string[];
  /** The server that the target `dev` has named. */
  readonly dev: DevTarget | undefined;
}

/**
 * Reads a command's arguments: the shared flags and its own. `--help` and `--version` are answered here.
 *
 * @param name the command, for messages
 * @param help what `--help` prints
 * @param own the command's own flags, as `parseArgs` takes them
 * @returns undefined when there is nothing left to do
 * @throws {UsageError} for a flag that does not exist, or a value that it does not take
 */
export function readArguments<T extends ParseArgsOptionsConfig>(
  name: string,
  help: string,
  args: string[],
  own: T,
): Arguments<T> | undefined {
  const { values, positionals } = parse(name, args, { ...own, ...SHARED });
  const shared = values as Values<typeof SHARED>;
  if (shared.help) process.stdout.write(wrapHelp(help));
  else if (shared.version) printVersion();
  if (shared.help || shared.version) return undefined;
  const { region, service, profile, qualifier, endpoint, path, json = false, debug = false } = shared;
  if (region && !/^[\w-]+$/.test(region)) {
    throw new UsageError(`--region takes a region such as us-east-1, not ${JSON.stringify(region)}.`);
  }
  const { AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL } = process.env;
  for (const [from, url] of Object.entries({ '--endpoint': endpoint, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL })) {
    const isHttp = /^https?:$/.test(URL.parse(url ?? '')?.protocol ?? '');
    if (url && !isHttp) throw new UsageError(`${from} takes an http or https URL, not ${JSON.stringify(url)}.`);
  }
  const dev = findDev(positionals, shared);
  const ofFunctions = name === 'grant' || name === 'audit';
  const local = ofFunctions ? dev?.self.functionArn : dev?.self.functionUrl;
  // From here on an agent runtime is its URL.
  const runtime = ofFunctions ? undefined : readRuntimeTarget(positionals[0] ?? '', shared);
  const named = local ?? runtime?.url.href;
  return {
    options: {
      ...(region && { region }),
      ...(service && { service }),
      ...runtime?.scope,
      ...(shared['signing-host'] && { signingHost: shared['signing-host'] }),
      ...(profile && { profile }),
      ...(qualifier && { qualifier }),
      ...(endpoint && { endpoint }),
      ...(path && { path }),
      timeout: seconds('timeout', shared.timeout ?? '900'),
      connectTimeout: seconds('connect-timeout', shared['connect-timeout'] ?? '10'),
      json,
      debug,
    },
    values: values as Values<T>,
    positionals: named === undefined ? positionals : [named, ...positionals.slice(1)],
    dev,
  };
}

/**
 * The server that the target `dev` names. Its caller's key is put where every AWS client looks for one.
 *
 * @throws {UsageError} when none runs here, or `--as` is for nothing
 */
function findDev([target = '']: readonly string[], { as, profile }: Values<typeof SHARED>): DevTarget | undefined {
  if (!isDevTarget(target)) {
    if (as === undefined) return undefined;
    throw new UsageError('--as is for the target dev. For a function on AWS, --profile says who calls.');
  }
  if (profile !== undefined) throw new UsageError('--profile is for AWS. For the target dev, --as says who calls.');
  const found = findDevTarget(target, as);
  Object.assign(process.env, devVariables(found));
  delete process.env.AWS_PROFILE;
  return found;
}

function parse(name: string, args: string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [said] = (error as Error).message.split(/\. |\n/);
    const [, flag] = /option '--?([\w-]+)/.exec(said ?? '') ?? [];
    const meant =
      flag === undefined
        ? ''
        : didYouMean(
            `--${flag}`,
            Object.keys(options).map((each) => `--${each}`),
          );
    throw new UsageError(`${said?.replace(/\.$/, '')}.${meant} See: lambda-mcp ${name} --help`, { cause: error });
  }
}

function seconds(flag: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number > 0 && number <= 86_400) return number * 1000;
  throw new UsageError(`--${flag} takes a number of seconds, not ${JSON.stringify(text)}.`);
}

/**
 * Where a target's requests go. Of an invoked function's only the path means anything.
 *
 * @throws {UsageError} for a URL and `--path`
 */
export function targetUrl(target: string, { path }: TargetOptions): URL {
  if (!target.includes('://')) return new URL(path ?? '/', invokeUrl);
  const { username, password } = URL.parse(target) ?? {};
  if (username || password) {
    throw new UsageError(
      'A TARGET holds no user name and password: requests are signed by AWS credentials. Leave them out.',
    );
  }
  if (path === undefined) return new URL(target);
  throw new UsageError('--path is for a function name or ARN: write the path into the URL.');
}

/** The host that a URL's requests are signed for, without its port, where it is not the URL's. */
export function signingName({ signingHost }: TargetOptions): string | undefined {
  return signingHost?.replace(/:\d+$/, '');
}

/**
 * A `fetch` that reaches the target, to be called with `targetUrl(target)`. With `--debug` each request is printed.
 *
 * @param retry attempts and delays; the library's defaults when left out
 * @throws {TargetError} when the target is no URL, ARN or function name
 */
export function targetFetch(target: string, options: TargetOptions, retry?: RetryOptions): typeof fetch {
  const { region, service, signingHost, profile, qualifier, endpoint } = options;
  const reach = awsFetch(target, {
    ...networkOptions(options),
    ...(region && { region }),
    ...(service && { service }),
    ...(signingHost && { signingHost }),
    ...(profile && { profile }),
    ...(qualifier && { qualifier }),
    ...(endpoint && { endpoint }),
    ...(retry && { retry }),
  });
  if (target.includes('://')) assertSignable(new URL(target), options);
  return options.debug ? withDebugLines(reach) : reach;
}

/** Fails before the first request when none could be signed, but for a region, which may be in the profile. */
function assertSignable(url: URL, options: TargetOptions): void {
  const host = signingName(options) ?? url.hostname;
  const isServiceKnown = options.service !== undefined || isLoopback(host);
  signingScope(url, isServiceKnown ? { region: 'the profile’s', ...options } : options, host);
}
