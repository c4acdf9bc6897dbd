import { ConnectionError } from '../../transport/connection-error.ts';
import { TransportError } from '../../transport/errors.ts';
import { quoteForeign } from '../../transport/signing/redact.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { plainLine } from '../output/display-width.ts';
import type { ClientSdk } from './load-sdk.ts';

/**
 * What an authorization server, or the SDK about it, said, as something to tell. Foreign words are quoted where OAuth has a
 * place for them: an answer that is none may hold a token.
 *
 * @param what failed, as the beginning of a sentence: `Signing in failed`
 */
export function explainOAuthError(error: unknown, what: string, { OAuthError, IssuerMismatchError }: ClientSdk): Error {
  if (error instanceof CommandError || error instanceof ConnectionError || error instanceof TransportError)
    return error;
  if (error instanceof IssuerMismatchError) {
    const { kind, expected, received } = error;
    const where = kind === 'metadata' ? 'The metadata of the authorization server' : 'The answer';
    return new CommandError(
      `${what}: ${where} came from ${quote(received ?? 'an issuer that it does not name')}, and not from ${quote(expected ?? '')}.`,
      ExitCode.refused,
      { cause: error },
    );
  }
  if (error instanceof OAuthError && error.code !== 'server_error') {
    const said = error.message === error.code ? '' : `: ${quote(error.message).replace(/\.$/, '')}`;
    return new CommandError(
      `${what}: the authorization server says ${quote(error.code)}${said}.`,
      ExitCode.credentials,
      {
        cause: error,
      },
    );
  }
  if (error instanceof Error && /^(?:Incompatible auth server|Protected resource )/.test(error.message)) {
    return new CommandError(`${what}: ${quote(error.message)}.`, ExitCode.refused, { cause: error });
  }
  return new CommandError(`${what}: the authorization server's answer is none that OAuth knows.`, ExitCode.failed);
}

/** Somebody else's words in one of our sentences. */
export function quote(text: string): string {
  return plainLine(quoteForeign(text)).slice(0, 300);
}
