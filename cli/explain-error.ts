import { CredentialsError, TargetError, TransportError } from '../transport/errors.ts';
import { CommandError, ExitCode } from './exit-code.ts';

/**
 * Whatever was thrown, as something to tell the user: what happened, why, what to do, and the exit status.
 *
 * A response of AWS's is read by `explainResponse`.
 */
export function explainError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { exitCode, message } = explain(error);
  return new CommandError(message, exitCode, { cause: error });
}

interface Explanation {
  readonly exitCode: ExitCode;
  readonly message: string;
}

function explain(error: unknown): Explanation {
  if (error instanceof CredentialsError) return { exitCode: ExitCode.credentials, message: noCredentials(error) };
  if (error instanceof TargetError) return { exitCode: ExitCode.usage, message: asOptions(error.message) };
  if (error instanceof TransportError) return { exitCode: ExitCode.failed, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return {
      exitCode: ExitCode.unreachable,
      message: 'No answer in time. The function may still be running. --timeout SECONDS waits longer.',
    };
  }
  if (/^Region is missing/.test(message)) {
    return {
      exitCode: ExitCode.usage,
      message: 'A function name alone does not tell its region: give --region, set AWS_REGION, or give the ARN.',
    };
  }
  for (const cause of causes(error)) {
    const network = typeof cause.code === 'string' ? explainNetworkError(cause) : undefined;
    if (network) return { exitCode: ExitCode.unreachable, message: network };
  }
  if (message === 'fetch failed') {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no reason given';
    return { exitCode: ExitCode.unreachable, message: `The request could not be sent: ${reason}. Check the target.` };
  }
  return { exitCode: ExitCode.failed, message };
}

/** The library speaks of its options; on the command line they are flags. */
function asOptions(message: string): string {
  return message.replaceAll(/`(region|service|profile|qualifier)`/g, '--$1').replace('give the option --', 'give --');
}

function noCredentials(error: CredentialsError): string {
  const { cause } = error;
  const reason = (cause instanceof Error ? cause.message : error.message).replace(/\.$/, '');
  return (
    `No AWS credentials: ${reason}. Sign in with \`aws sso login\` or \`aws configure\`, name a profile with ` +
    '--profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
  );
}

interface SystemError extends Error {
  readonly code?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
}

function explainNetworkError({ code = '', hostname, address, port, message }: SystemError): string | undefined {
  const where = hostname ?? (address === undefined ? 'it' : `${address}:${port}`);
  switch (code) {
    case 'ENOTFOUND':
      return `There is no host ${where}. Check the target for a typo, and the network.`;
    case 'EAI_AGAIN':
      return `The name ${where} could not be looked up. Check the network and its DNS.`;
    case 'ECONNREFUSED':
      return `Nothing listens at ${where}. Check the target, and that the server runs.`;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'No connection was made in time. Check the network; --connect-timeout SECONDS waits longer.';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return 'The connection closed before an answer came. The function may have run.';
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'The function was silent for too long. It may still be running.';
    default:
      if (/^(?:EHOST|ENET)/.test(code)) return `${where} cannot be reached from here (${code}). Check the network.`;
      return /CERT|TLS|SSL|SELF_SIGNED|SIGNATURE/.test(code)
        ? `The host's TLS certificate is not trusted (${message}). Behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS.`
        : undefined;
  }
}

/** An error with all that it was caused by; errors that refer to each other end it. */
function causes(error: unknown): SystemError[] {
  const found: SystemError[] = [];
  const pending: unknown[] = [error];
  for (const each of pending) {
    if (!(each instanceof Error) || found.length > 8) continue;
    found.push(each);
    pending.push(each.cause);
    if (each instanceof AggregateError) pending.push(...each.errors);
  }
  return found;
}
