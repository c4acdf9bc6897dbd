import { readUncodedError } from './uncoded-errors.ts';
import { isOfConnecting } from './unsent-errors.ts';

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
  /** What to do about it, in words; `message` ends with it. Empty where there is nothing to say. */
  readonly advice: string;

  constructor({ code, what, advice, maybeSent, transient }: Failure, cause: unknown) {
    const fate = maybeSent ? 'The server may have run the request.' : 'Nothing was sent.';
    super([`${what} (${code}).`, fate, advice].filter(Boolean).join(' '), { cause });
    this.code = code;
    this.maybeSent = maybeSent;
    this.transient = transient;
    this.advice = advice ?? '';
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
  readonly syscall?: string | undefined;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  /** Host and port of the proxy that gave no connection. */
  readonly proxy?: string;
  /** What it answered. */
  readonly statusCode?: number;
  /** Whether it kept a connection from being made, so that nothing was sent. */
  readonly connecting: boolean;
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

/**
 * What a provider of credentials threw for a connection, told as that; undefined for anything else. The request itself
 * was not sent.
 *
 * @param failed what came of it, as a sentence
 */
export function explainCredentialsConnection(error: unknown, failed: string): ConnectionError | undefined {
  const system = systemError(error);
  if (!system) return undefined;
  const { what, advice, ...rest } = classify(system);
  return new ConnectionError(
    {
      ...rest,
      what: `${failed} ${what}`,
      advice: advice?.includes('target') ? 'Check the network.' : advice,
      maybeSent: false,
    },
    error,
  );
}

/**
 * A header that HTTP cannot carry. Node's own error would repeat its value, which may be a signature or a token.
 *
 * @param name in lower case
 */
export function invalidHeader(name: string): ConnectionError {
  return new ConnectionError(classifyInvalid('ERR_INVALID_CHAR', name), undefined);
}

/** `fetch` names the reason as its error's cause; an attempt at several addresses, one for each of them. */
function systemError(error: unknown): SystemError | undefined {
  if (!(error instanceof Error) || error instanceof ConnectionError || error.name === 'AbortError') return undefined;
  const { cause = error } = error.message === 'fetch failed' || error.message === 'terminated' ? error : {};
  // A proxy's refusal is the cause of the cause.
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const [first = inner] = inner instanceof AggregateError ? inner.errors : [];
  if (!(first instanceof Error)) return undefined;
  const { message, name } = first;
  const { code, syscall, ...where } = first as Error & Partial<SystemError>;
  // The AWS SDK gives its own limit on making a connection a name, but no code; undici what is no HTTP.
  if (/did not establish a connection/.test(message)) return { code: 'ETIMEDOUT', message, connecting: true };
  if (name === 'HTTPParserError') return { code: code ?? 'HPE_INVALID', message, connecting: false };
  if (typeof code !== 'string') return readUncodedError(first, error);
  const connecting = CONNECTING.test(syscall ?? '') || isOfConnecting(first);
  // A provider of credentials may read a file, and a port may be taken: errors of the system, but of no connection.
  const isOfNetwork = connecting || (NETWORK_CODE.test(code) && /^(?:read|write)?$/.test(syscall ?? ''));
  return isOfNetwork ? { ...where, code, message, syscall, connecting } : undefined;
}

const CONNECTING = /^(?:connect|getaddrinfo|query)/;
const NETWORK_CODE =
  /^(?:E(?:AI_|CONN|HOST|NET|NOTFOUND|PIPE|PROTO|TIMEDOUT)|HPE_|UND_ERR_|ERR_(?:INVALID_(?:CHAR|HTTP_TOKEN|PROTOCOL)|PROXY|SSL|STREAM_PREMATURE_CLOSE|TLS)|CERT_|CRL_|DEPTH_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|SELF_SIGNED|UNABLE_TO_)/;
const CERTIFICATE = /^(?:CERT_|CRL_|DEPTH_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|SELF_SIGNED|UNABLE_TO_)/;
/** TLS breaks here only after the handshake. */
const BROKEN_RECORD = /DECRYPTION_FAILED|BAD_RECORD/;

function classify(error: SystemError): Failure {
  const { code, message, hostname, address, port, connecting } = error;
  const where = hostname ?? (address === undefined ? 'the host' : port === undefined ? address : `${address}:${port}`);
  const unsent = (what: string, advice?: string, transient = true): Failure => ({
    code,
    what,
    advice,
    transient,
    maybeSent: false,
  });
  const maybeSent = (what: string, advice?: string, transient = true): Failure => ({
    code,
    what,
    advice,
    transient,
    maybeSent: true,
  });

  if (error.proxy !== undefined) return classifyProxy(error);
  if (code === 'ENOTFOUND') return unsent(`There is no host ${where}`, 'Check the target for a typo, and the network.');
  if (code.startsWith('EAI_')) {
    return unsent(`The name ${where} could not be looked up`, 'Check the network and its DNS.');
  }
  if (code === 'ECONNREFUSED') {
    return unsent(`Nothing listens at ${where}`, 'Check the target, and that the server runs.');
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && connecting)) {
    return unsent('No connection was made in time', 'Check the network.');
  }
  if (CERTIFICATE.test(code)) {
    const reason = message.split(';')[0];
    const advice = 'Behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE to its certificate.';
    return unsent(`The host's TLS certificate is not trusted: ${reason}`, advice, false);
  }
  if (code.startsWith('ERR_PROXY') || code.startsWith('UND_ERR_PRX') || /^Proxy response/.test(message)) {
    return classifyProxy(error);
  }
  if (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code) && !BROKEN_RECORD.test(code)) {
    return unsent('TLS could not be set up with the host', 'Check that the target speaks https.', false);
  }
  if (/^(?:ERR_INVALID|UND_ERR_INVALID)/.test(code)) return classifyInvalid(code, /\["([\w-]+)"\]/.exec(message)?.[1]);
  if (CONNECTING.test(error.syscall ?? '')) {
    return unsent(`${capitalized(where)} cannot be reached from here`, 'Check the network.');
  }
  if (connecting || /before secure TLS connection/.test(message)) {
    return unsent('The connection closed before TLS was set up', 'Check the network, and what inspects TLS on it.');
  }
  if (code.startsWith('HPE_')) {
    return maybeSent('The answer is no HTTP', "Check the target's port, and whether it speaks https.", false);
  }
  if (code === 'ERR_NETWORK') {
    return maybeSent('No answer came', 'Check the network; in a browser also that the server allows the page (CORS).');
  }
  if (/^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code))
    return maybeSent('The server was silent for too long');
  return maybeSent('The connection closed before the answer had come');
}

/** Its words are left out: they may hold the proxy's address, which may hold a password. */
function classifyProxy({ code, message, statusCode, proxy }: SystemError): Failure {
  const status = statusCode ?? Number(/^Proxy response \((\d+)\)/.exec(message)?.[1] ?? Number.NaN);
  const refused = `The proxy refused the connection${Number.isNaN(status) ? '' : ` with ${status}`}`;
  const isReached = statusCode !== undefined || proxy === undefined;
  return {
    code,
    what: isReached ? refused : `The proxy ${proxy} gave no connection`,
    advice:
      status === 407
        ? 'Check the proxy and its credentials: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.'
        : 'Check the proxy: HTTPS_PROXY names it, and NO_PROXY the hosts that go without it.',
    maybeSent: false,
    transient: isReached ? status >= 500 : !CERTIFICATE.test(code),
  };
}

function classifyInvalid(code: string, header: string | undefined): Failure {
  const isOfCredentials = header === 'authorization' || header === 'x-amz-security-token';
  return {
    code,
    what: header
      ? `The header ${header} holds a character that HTTP cannot carry, such as a line break`
      : 'The request could not be made',
    advice: isOfCredentials ? 'Check the credentials: they may have been copied with a line break.' : undefined,
    maybeSent: false,
    transient: false,
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
