import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { awsFetch } from '../transport/aws-fetch.ts';
import { invokeUrl } from '../transport/invoke-url.ts';
import { readRuntimeTarget } from '../transport/runtime-target.ts';
import { isLoopback, signingScope } from '../transport/signing-scope.ts';
import type { Retry, RetryOptions } from '../transport/stages/retry.ts';
import type { AuthTarget } from './auth/auth-target.ts';
import type { Person } from './auth/person.ts';
import { type AuthMethod, authMethodOf } from './auth-method.ts';
import { sayRetry, withDebugLines } from './debug-lines.ts';
import { withDefaultTarget } from './default-target.ts';
import { type DevTarget, devVariables, findDevTarget, isDevTarget } from './dev/dev-target.ts';
import { didYouMean } from './did-you-mean.ts';
import { networkOptions } from './network.ts';
import { wrapHelp } from './output/wrap-help.ts';
import { findNamedTarget } from './targets/named-target.ts';
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
  auth: { type: 'string' },
  'client-id': { type: 'string' },
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
  --auth METHOD              how the server knows you: iam, oauth (people sign in), token (ACCESS_TOKEN), or auto, which
                             asks it (default: AUTH_METHOD, or iam)
  --client-id ID             with oauth: the client to sign in with (default: OAUTH_CLIENT_ID)
  --json                     print JSON, for programs
  --debug                    print each request on stderr: method, status, duration, request id (default: whether
                             MCP_CLIENT_DEBUG is set)
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
  readonly auth: AuthMethod;
  /** Of who signs in with `oauth`. */
  readonly clientId?: string;
  /** Who can sign in now; undefined: nobody is at a terminal. */
  readonly person?: Person;
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
  const given = values as Values<typeof SHARED>;
  if (given.help) process.stdout.write(wrapHelp(help));
  else if (given.version) printVersion();
  if (given.help || given.version) return undefined;
  const callsAws = name === 'grant' || name === 'audit';
  const [first = '', ...others] = withDefaultTarget(name, positionals);
  const named = findNamedTarget(first, { hosts: !callsAws });
  if (named && process.stderr.isTTY && !given.json)
    process.stderr.write(`${first} is ${named.target} (${named.from}).\n`);
  const targets = first === '' ? [] : [named?.target ?? first, ...others];
  // What is given here goes before what the name stands for.
  const shared: Values<typeof SHARED> = { ...named?.flags, ...given };
  const { region, service, profile, qualifier, endpoint, path, json = false } = shared;
  if (region && !/^[\w-]+$/.test(region)) {
    throw new UsageError(`--region takes a region such as us-east-1, not ${JSON.stringify(region)}.`);
  }
  const { AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL } = process.env;
  for (const [from, url] of Object.entries({ '--endpoint': endpoint, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL })) {
    const isHttp = /^https?:$/.test(URL.parse(url ?? '')?.protocol ?? '');
    if (url && !isHttp) throw new UsageError(`${from} takes an http or https URL, not ${JSON.stringify(url)}.`);
  }
  const dev = findDev(targets, shared);
  const local = dev && addressOf(dev, name);
  // From here on an agent runtime is its URL.
  const runtime = callsAws ? undefined : readRuntimeTarget(targets[0] ?? '', shared);
  const address = local?.target ?? runtime?.url.href;
  const signedFor = service || local?.service;
  return {
    options: {
      ...(region && { region }),
      ...(signedFor && { service: signedFor }),
      ...runtime?.scope,
      ...(shared['signing-host'] && { signingHost: shared['signing-host'] }),
      ...(profile && { profile }),
      ...(qualifier && { qualifier }),
      ...(endpoint && { endpoint }),
      ...(path && { path }),
      timeout: seconds('timeout', shared.timeout ?? '900'),
      connectTimeout: seconds('connect-timeout', shared['connect-timeout'] ?? '10'),
      json,
      debug: shared.debug ?? !/^(?:|0|false|no|off)$/i.test(process.env.MCP_CLIENT_DEBUG?.trim() ?? ''),
      auth: authMethodOf(name, shared.auth),
      ...(shared['client-id'] && { clientId: shared['client-id'] }),
      ...(process.stdin.isTTY &&
        process.stderr.isTTY && { person: { tell: (text) => void process.stderr.write(text) } }),
    },
    values: values as Values<T>,
    positionals: address === undefined ? targets : [address, ...targets.slice(1)],
    dev,
  };
}

/** How a command reaches the server that `dev` runs: through the REST API where one stands in front, as its callers do. */
function addressOf({ self }: DevTarget, command: string): { readonly target: string; readonly service?: string } {
  if (command === 'grant' || command === 'audit') return { target: self.functionArn };
  // It looks into a function and its URL.
  if (command === 'doctor' || self.restApiUrl === undefined) return { target: self.functionUrl };
  return { target: self.restApiUrl, service: 'execute-api' };
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

/**
 * A flag's value, in milliseconds.
 *
 * @throws {UsageError} when it is no number of seconds, at most a day
 */
export function seconds(flag: string, text: string): number {
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
 * A `fetch` that reaches the target, to be called with `targetUrl(target)`. With `--debug` each request is printed, and
 * each attempt that is followed by another.
 *
 * @param rules attempts and delays; the library's defaults when left out
 * @param isDebugged asked before each request
 * @throws {TargetError} when the target is no URL, ARN or function name
 */
export function targetFetch(
  target: string,
  options: TargetOptions,
  rules?: RetryOptions,
  isDebugged = () => options.debug,
): typeof fetch {
  const retry = { ...rules, onRetry: (failed: Retry) => isDebugged() && sayRetry(failed) };
  const { region, service, signingHost, profile, qualifier, endpoint, auth } = options;
  const signed = () => {
    const reach = awsFetch(target, {
      ...networkOptions(options),
      ...(region && { region }),
      ...(service && { service }),
      ...(signingHost && { signingHost }),
      ...(profile && { profile }),
      ...(qualifier && { qualifier }),
      ...(endpoint && { endpoint }),
      retry,
    });
    if (target.includes('://')) assertSignable(new URL(target), options);
    return reach;
  };
  assertMethod(auth, target);
  const isSigned = auth === 'iam' || !target.includes('://');
  const reach = isSigned ? signed() : authFetch(authTarget(target, options, retry, signed), auth);
  return withDebugLines(reach, isDebugged);
}

/** @throws {UsageError} for a token, and a target that takes none */
export function assertMethod(auth: AuthMethod, target: string): void {
  if (target.includes('://') || auth === 'iam' || auth === 'auto') return;
  throw new UsageError(
    `--auth ${auth} takes a URL: the Invoke API, by which names and ARNs are called, knows IAM alone.`,
  );
}

/** What reaches a URL by a token. */
export function authTarget(
  target: string,
  options: TargetOptions,
  retry?: RetryOptions,
  signed: AuthTarget['signed'] = () => targetFetch(target, { ...options, auth: 'iam' }, retry),
): AuthTarget {
  const url = targetUrl(target, options);
  return {
    url,
    clientId: options.clientId,
    person: options.person,
    network: networkOptions(options),
    withTokens: (auth) => awsFetch(url, { ...networkOptions(options), ...(retry && { retry }), auth }),
    signed,
  };
}

/** What signs people in loads with the first request: whoever is known by IAM never loads it. */
function authFetch(target: AuthTarget, auth: AuthMethod): typeof fetch {
  let reach: typeof fetch | undefined;
  return async (input, init) => {
    reach ??= (await import('./auth/auth-fetch.ts')).createAuthFetch(auth, target);
    return reach(input, init);
  };
}

/** Fails before the first request when none could be signed, but for a region, which may be in the profile. */
function assertSignable(url: URL, options: TargetOptions): void {
  const host = signingName(options) ?? url.hostname;
  const isServiceKnown = options.service !== undefined || isLoopback(host);
  signingScope(url, isServiceKnown ? { region: 'the profile’s', ...options } : options, host);
}
