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
