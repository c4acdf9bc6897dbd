import { UsageError } from './usage-error.ts';

/**
 * How a server is told who calls: by a signature of AWS IAM, by the token of somebody who signed in, by `ACCESS_TOKEN`, or
 * as the server's own answer says.
 */
export const AUTH_METHODS = ['iam', 'oauth', 'token', 'auto'] as const;

export type AuthMethod = (typeof AUTH_METHODS)[number];

/**
 * Reads the name of a method; `lambda`, for a token that a Lambda authorizer checks, is `token`.
 *
 * @param where what was set, for the message
 * @throws {UsageError} for any other word
 */
export function readAuthMethod(text: string, where: string): AuthMethod {
  const word = text.trim().toLowerCase();
  const method = word === 'lambda' ? 'token' : AUTH_METHODS.find((each) => each === word);
  if (method) return method;
  throw new UsageError(`${where} takes ${AUTH_METHODS.join(', ')}, not ${JSON.stringify(text)}.`);
}

/**
 * The method of a command: its flag, else `AUTH_METHOD`, else `iam`.
 *
 * @throws {UsageError} for a word that is none, and for a flag where AWS itself is called
 */
export function authMethodOf(name: string, flag: string | undefined): AuthMethod {
  const callsAws = name === 'grant' || name === 'audit';
  if (callsAws && flag !== undefined && flag !== 'iam') {
    throw new UsageError(`${name} calls AWS itself, which knows IAM alone: leave --auth out.`);
  }
  if (callsAws) return 'iam';
  if (flag !== undefined) return readAuthMethod(flag, '--auth');
  return readAuthMethod(process.env.AUTH_METHOD?.trim() || 'iam', 'AUTH_METHOD');
}
