import { ConnectionError, explainConnectionError, explainCredentialsConnection } from '../connection-error.ts';
import { CredentialsError } from '../errors.ts';
import { quoteAws } from './redact.ts';

/**
 * Why a provider of the AWS SDK gave no credentials, as far as that can be told in words of our own or of AWS's: its own
 * may quote what it read. Ends with a full stop.
 */
export function reasonOf(error: unknown): string {
  const { name = '', message = '', $metadata } = error as { name?: string; message?: string; $metadata?: object };
  const broken = explainConnectionError(asSystemError(error, message));
  if (broken instanceof ConnectionError) return broken.message;
  const status = /status(?: code)?:? (\d{3})/i.exec(message)?.[1];
  // An AWS service's own answer. What it may quote of the request is known as a secret.
  if ($metadata && 'httpStatusCode' in $metadata) return `AWS says: ${quoteAws(`${name}: ${message}`)}`;
  return status ? `It answered ${status}.` : 'What came is no credentials.';
}

/** Whether a provider's error is for want of a connection. */
export function isOfConnection(error: unknown): boolean {
  const { message = '' } = error as { message?: string };
  return explainConnectionError(asSystemError(error, message)) instanceof ConnectionError;
}

/** Some of AWS's providers keep of a system error its text alone. */
function asSystemError(error: unknown, message: string): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  const [, syscall, code, where] = /\b(connect|getaddrinfo|read|write) (E[A-Z_]+)(?: (\S+))?/.exec(message) ?? [];
  if (code) {
    const [, address, port] = /^(.+):(\d+)$/.exec(where ?? '') ?? [];
    const named = syscall === 'getaddrinfo' ? { hostname: where } : address ? { address, port: Number(port) } : {};
    return Object.assign(new Error(message), { code, syscall, ...named });
  }
  const certificate = /self[- ]signed certificate[a-z ]*|unable to (?:get|verify)[a-z ]+|certificate has expired/i;
  const [reason] = certificate.exec(message) ?? [];
  return reason ? Object.assign(new Error(reason), { code: 'CERT_UNTRUSTED' }) : error;
}

/** A failure of whoever gives credentials, in full. */
export function providerFailed(what: string, error: unknown, advice: string): CredentialsError | ConnectionError {
  if (error instanceof CredentialsError || error instanceof ConnectionError) return error;
  const message = error instanceof Error ? error.message : '';
  return (
    explainCredentialsConnection(asSystemError(error, message), what) ??
    new CredentialsError(`${what} ${reasonOf(error)}`, undefined, advice)
  );
}
