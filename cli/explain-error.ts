import { ConnectionError, explainConnectionError } from '../transport/connection-error.ts';
import { CredentialsError, TargetError, TransportError } from '../transport/errors.ts';
import { CommandError, ExitCode } from './exit-code.ts';

/**
 * Whatever was thrown, as something to tell the user: what happened, why, what to do, and the exit status.
 *
 * A response of AWS's is read by `explainResponse`.
 */
export function explainError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { exitCode, message, advice } = explain(error);
  return new CommandError(message, exitCode, { cause: error, advice });
}

interface Explanation {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly advice?: string | undefined;
}

function explain(error: unknown): Explanation {
  if (error instanceof CredentialsError) {
    const { message, advice } = error;
    const what = advice ? message.slice(0, -advice.length).trim() : message;
    return { exitCode: ExitCode.credentials, message: asOptions(what), advice: asOptions(advice) };
  }
  if (error instanceof TargetError) return { exitCode: ExitCode.usage, message: asOptions(error.message) };
  if (error instanceof TransportError) return { exitCode: ExitCode.failed, message: error.message };
  const broken = explainConnectionError(error);
  if (broken instanceof ConnectionError) {
    // The headers that a person cannot see are those made of credentials.
    const exitCode = broken.code === 'ERR_INVALID_CHAR' ? ExitCode.credentials : ExitCode.unreachable;
    return { exitCode, ...withFlags(broken) };
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return {
      exitCode: ExitCode.unreachable,
      message: 'No answer in time. The function may still be running.',
      advice: '--timeout SECONDS waits longer.',
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/^Region is missing/.test(message)) {
    return {
      exitCode: ExitCode.usage,
      message: 'A function name alone does not tell its region.',
      advice: 'Give --region, set AWS_REGION, or give the ARN.',
    };
  }
  if (message === 'fetch failed') {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no reason given';
    const message = `The request could not be sent: ${reason}.`;
    return { exitCode: ExitCode.unreachable, message, advice: 'Check the target.' };
  }
  return { exitCode: ExitCode.failed, message };
}

/** The library speaks of its options; on the command line they are flags. */
export function asOptions(message: string): string {
  return message
    .replaceAll(/`(region|service|profile|qualifier)`(?! of)/g, '--$1')
    .replace('give the option --', 'give --');
}

/** With the flag that would have helped. */
function withFlags({ message, advice, maybeSent }: ConnectionError): Pick<Explanation, 'message' | 'advice'> {
  const isSlow = !maybeSent && message.startsWith('No connection was made in time');
  const told = [advice, isSlow && '--connect-timeout SECONDS waits longer.'].filter(Boolean).join(' ');
  return { message: advice ? message.slice(0, -advice.length).trim() : message, advice: told };
}
