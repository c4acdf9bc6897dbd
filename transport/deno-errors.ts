/** What Deno says of a connection that failed, as Node's system errors are shaped. */
interface DenoFailure {
  readonly code: string;
  readonly message: string;
  readonly hostname?: string;
  /** Whether the connection was never made. */
  readonly connecting: boolean;
}

/** Its network errors have no code: their words are hyper's and the system's. The first that matches counts. */
const CONNECTING: readonly (readonly [words: RegExp, code: string])[] = [
  [/invalid peer certificate: (.*)/, 'CERT_UNTRUSTED'],
  [/dns error/, 'ENOTFOUND'],
  [/connection refused/i, 'ECONNREFUSED'],
  [/timed? ?out|deadline/i, 'ETIMEDOUT'],
  [/unreachable/i, 'EHOSTUNREACH'],
];
const SENT =
  /connection reset|connection closed|connection error|broken pipe|client error \((?:SendRequest|Canceled|ChannelClosed)\)|error reading a body|unexpected (?:EOF|end of file)/i;

/** Reads an error of Deno's `fetch`, or of the body of its response; undefined for what is none. */
export function readDenoError({ message }: Error): DenoFailure | undefined {
  const hostname = URL.parse(/for url \((\S+)\)/.exec(message)?.[1] ?? '')?.hostname;
  const where = hostname ? { hostname } : {};
  if (/client error \(Connect\)/.test(message)) {
    const [words, code] = CONNECTING.find(([each]) => each.test(message)) ?? [/$/, 'ECONNRESET'];
    return { code, message: words.exec(message)?.[1] ?? 'not connected', connecting: true, ...where };
  }
  return SENT.test(message) ? { code: 'ECONNRESET', message: 'broken off', connecting: false } : undefined;
}
