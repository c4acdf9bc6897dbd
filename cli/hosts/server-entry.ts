import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { isRecord, isString } from '../../wire/json.ts';

/** A server that some host reaches by our proxy, or by its URL. */
export interface ReachedServer {
  readonly target: string;
  /** Flags that a target is reached by, such as `profile`. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Flags of the proxy that say how a target is reached, which other commands take too. */
export const REACHING_FLAGS = [
  ...['region', 'service', 'signing-host', 'profile', 'qualifier', 'endpoint', 'path', 'timeout', 'connect-timeout'],
  ...['auth', 'client-id'],
] as const;

/** Variables of an entry that say as much as flags do. */
const VARIABLES: Readonly<Record<string, string>> = {
  AWS_PROFILE: 'profile',
  AWS_REGION: 'region',
  AUTH_METHOD: 'auth',
  OAUTH_CLIENT_ID: 'client-id',
};

/** What a host's entry reaches; undefined for one of another program's. */
export function readEntry(entry: unknown): ReachedServer | undefined {
  if (!isRecord(entry)) return undefined;
  const { url, env } = entry;
  if (isString(url) && /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return { target: url, flags: {} };
  const words = proxyWords(entry);
  if (!words) return undefined;
  const known = Object.fromEntries(REACHING_FLAGS.map((flag) => [flag, { type: 'string' }]));
  const { values, positionals } = parseArgs({
    args: words,
    options: known as ParseArgsOptionsConfig,
    allowPositionals: true,
    strict: false,
  });
  const [target] = positionals;
  if (target === undefined) return undefined;
  const given = Object.entries(isRecord(env) ? env : {}).flatMap(([name, value]) => {
    const flag = VARIABLES[name];
    return flag !== undefined && isString(value) ? [[flag, value]] : [];
  });
  const flags = Object.entries(values).filter(
    ([flag, value]) => REACHING_FLAGS.includes(flag as 'region') && isString(value),
  );
  return { target, flags: Object.fromEntries([...given, ...flags]) as Record<string, string> };
}

/** Whether a host's entry runs this proxy, and so is ours to change. */
export function isOwnEntry(entry: unknown): boolean {
  return isRecord(entry) && proxyWords(entry) !== undefined;
}

/** The words after `proxy`, where an entry runs it: by the command's name, by npx, or by Node and its file. */
function proxyWords({ command, args = [] }: Readonly<Record<string, unknown>>): string[] | undefined {
  if (!isString(command) || !Array.isArray(args) || !args.every(isString)) return undefined;
  const words = [command, ...args];
  const at = words.findIndex((word, index) => word === 'proxy' && isOwnProgram(words[index - 1] ?? ''));
  return at < 0 ? undefined : words.slice(at + 1);
}

function isOwnProgram(word: string): boolean {
  return /(?:^|[\\/])lambda-mcp(?:\.cmd|@[\w.^~-]+)?$/.test(word) || /[\\/]cli[\\/]main\.[jt]s$/.test(word);
}
