/**
 * A request that broke off for want of a connection: what happened, and whether anything had been sent. It is a
 * TypeError, as what `fetch` throws.
 */
export class ConnectionError extends TypeError {
  override readonly name = 'ConnectionError';
  /** The system's code, such as `ECONNREFUSED`. */
  readonly code: string;
  /** Whether the request may have reached the server, which may then have run it. */
  readonly maybeSent: boolean;
  /** Whether another attempt may fare better. */
  readonly transient: boolean;

  constructor({ code, what, advice, maybeSent, transient }: Failure, cause: unknown) {
    const fate = maybeSent ? 'The server may have run the request.' : 'Nothing was sent.';
    super([`${what} (${code}).`, fate, advice].filter(Boolean).join(' '), { cause });
    this.code = code;
    this.maybeSent = maybeSent;
    this.transient = transient;
  }
}

interface Failure {
  readonly code: string;
  readonly what: string;
  readonly advice?: string | undefined;
  readonly maybeSent: boolean;
  readonly transient: boolean;
}

/** As Node's system errors, undici's and OpenSSL's are shaped. */
interface SystemError {
  readonly code: string;
  readonly message: string;
  readonly syscall?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
}

/**
 * What `fetch`, or the AWS SDK's client, threw for a connection, as a {@link ConnectionError}; anything else as it is.
 *
 * Sources: Node.js documentation, "Common system errors" and "TLS: X509 certificate error codes"; undici, "Errors".
 */
export function explainConnectionError(error: unknown): unknown {
  const system = systemError(error);
  return system ? new ConnectionError(classify(system), error) : error;
}

/** `fetch` names the reason as its error's cause; an attempt at several addresses, one for each of them. */
function systemError(error: unknown): SystemError | undefined {
  if (!(error instanceof Error) || error instanceof ConnectionError || error.name === 'AbortError') return undefined;
  const { cause = error } = error.message === 'fetch failed' || error.message === 'terminated' ? error : {};
  // A proxy's refusal is the cause of the cause.
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const [first = inner] = inner instanceof AggregateError ? inner.errors : [];
  if (!(first instanceof Error)) return undefined;
  const { code } = first as { code?: unknown };
  // The AWS SDK gives its own limit on making a connection a name, but no code.
  if (/did not establish a connection/.test(first.message))
    return { code: 'ETIMEDOUT', syscall: 'connect', message: '' };
  // A provider of credentials may read a file: a system's error, but none of a connection.
  return typeof code === 'string' && NETWORK_CODE.test(code) ? Object.assign(first, { code }) : undefined;
}

const NETWORK_CODE =
  /^(?:E(?:ADDR|AI_|CONN|HOST|NET|NOTFOUND|PIPE|PROTO|TIMEDOUT)|UND_ERR_|ERR_(?:INVALID|PROXY|SSL|STREAM_PREMATURE_CLOSE|TLS)|CERT_|CRL_|DEPTH_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|SELF_SIGNED|UNABLE_TO_)/;
const CERTIFICATE = /^(?:CERT_|CRL_|DEPTH_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|SELF_SIGNED|UNABLE_TO_)/;
/** TLS breaks here only after the handshake. */
const BROKEN_RECORD = /DECRYPTION_FAILED|BAD_RECORD/;

function classify({ code, message, syscall, hostname, address, port }: SystemError): Failure {
  const where = hostname ?? (address === undefined ? 'the host' : port === undefined ? address : `${address}:${port}`);
  const unsent = (what: string, advice?: string, transient = true): Failure => ({
    code,
    what,
    advice,
    transient,
    maybeSent: false,
  });
  const maybeSent = (what: string): Failure => ({ code, what, transient: true, maybeSent: true });

  if (code === 'ENOTFOUND') return unsent(`There is no host ${where}`, 'Check the target for a typo, and the network.');
  if (code.startsWith('EAI_')) {
    return unsent(`The name ${where} could not be looked up`, 'Check the network and its DNS.');
  }
  if (code === 'ECONNREFUSED') {
    return unsent(`Nothing listens at ${where}`, 'Check the target, and that the server runs.');
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && syscall === 'connect')) {
    return unsent('No connection was made in time', 'Check the network.');
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo' || /^E(?:HOST|NET)(?:UNREACH|DOWN)$/.test(code)) {
    return unsent(`${capitalized(where)} cannot be reached from here`, 'Check the network.');
  }
  if (CERTIFICATE.test(code)) {
    const advice = 'Behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS.';
    return unsent(`The host's TLS certificate is not trusted: ${message}`, advice, false);
  }
  if (/before secure TLS connection/.test(message)) return unsent('The connection closed before TLS was set up');
  if (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code) && !BROKEN_RECORD.test(code)) {
    return unsent('TLS could not be set up with the host', 'Check that the target speaks https.', false);
  }
  if (code.startsWith('ERR_PROXY') || /^Proxy response/.test(message)) {
    const isTransient = /\b5\d\d\b/.test(message);
    return unsent(`The proxy refused the connection: ${message}`, 'Check the proxy and its credentials.', isTransient);
  }
  if (/^(?:ERR_INVALID|UND_ERR_INVALID)/.test(code)) return unsent('The request could not be made', undefined, false);
  if (/^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code))
    return maybeSent('The server was silent for too long');
  return maybeSent('The connection closed before the answer had come');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
