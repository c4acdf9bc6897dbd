/** What a platform other than Node says of a connection that failed, as Node's system errors are shaped. */
interface UncodedFailure {
  readonly code: string;
  readonly message: string;
  readonly hostname?: string;
  /** Whether the connection was never made. */
  readonly connecting: boolean;
}

/** Deno's words are hyper's and the system's. The first that matches counts. */
const CONNECTING: readonly (readonly [words: RegExp, code: string])[] = [
  [/invalid peer certificate: (.*)/, 'CERT_UNTRUSTED'],
  [/dns error/, 'ENOTFOUND'],
  [/connection refused/i, 'ECONNREFUSED'],
  [/timed? ?out|deadline/i, 'ETIMEDOUT'],
  [/unreachable/i, 'EHOSTUNREACH'],
];
const SENT =
  /connection reset|connection closed|connection error|broken pipe|client error \((?:SendRequest|Canceled|ChannelClosed)\)|error reading a body|unexpected (?:EOF|end of file)/i;

/** All that workerd says, and browsers: Chrome, Firefox, Safari. */
const NO_MORE: ReadonlySet<string> = new Set([
  'Network connection lost.',
  'Failed to fetch',
  'NetworkError when attempting to fetch resource.',
  'Load failed',
]);

/**
 * Reads an error of a `fetch` whose network errors have no code, Deno's, workerd's or a browser's, or of the body of its
 * response; undefined for what is none.
 *
 * @param thrown what it is the cause of, or the same
 */
export function readUncodedError({ message }: Error, thrown: Error): UncodedFailure | undefined {
  if (NO_MORE.has(message)) return { code: 'ERR_NETWORK', message, connecting: false };
  // Deno's are TypeErrors; elsewhere the words that it shares with others could be anybody's.
  if (!(thrown instanceof TypeError)) return undefined;
  const hostname = URL.parse(/for url \((\S+)\)/.exec(message)?.[1] ?? '')?.hostname;
  const where = hostname ? { hostname } : {};
  if (/client error \(Connect\)/.test(message)) {
    const [words, code] = CONNECTING.find(([each]) => each.test(message)) ?? [/$/, 'ECONNRESET'];
    return { code, message: words.exec(message)?.[1] ?? 'not connected', connecting: true, ...where };
  }
  return SENT.test(message) ? { code: 'ECONNRESET', message: 'broken off', connecting: false } : undefined;
}
