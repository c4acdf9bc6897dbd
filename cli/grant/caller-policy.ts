import { callerStatementsFor, type InvokeVia } from '../../wire/aws/invoke-permissions.ts';
import type { Grantee } from './grantee.ts';

/** An identity policy, as IAM takes it. */
export interface CallerPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Record<string, unknown>[];
}

/**
 * The policy that the caller's own side needs. Across accounts both sides must allow a call; within one account either
 * is enough, except for a grant to the account itself, which leaves it to this policy.
 *
 * Source: AWS IAM User Guide, "Cross-account policy evaluation logic".
 */
export function callerPolicy(via: InvokeVia, functionArn: string): CallerPolicy {
  return callerPolicyOf(callerStatementsFor(via, functionArn));
}

/** A policy that allows what the statements name. */
export function callerPolicyOf(statements: readonly object[]): CallerPolicy {
  return { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) };
}

/** Why the caller's side needs a policy of its own; undefined when it needs none. */
export function callerPolicyReason(
  { kind, accountId }: Grantee,
  functionAccount: string | undefined,
): string | undefined {
  if (kind === 'organization') return 'Every caller of the organization needs this policy of its own';
  if (kind === 'everyone') return 'Every caller needs this policy of its own';
  const own = accountId === functionAccount;
  if (kind === 'account') {
    return `The roles and users of account ${accountId} that are to call need this policy ${own ? 'or one like it' : 'of their own'}`;
  }
  if (own) return undefined;
  return functionAccount === undefined
    ? `If the function is in another account than ${accountId}, the caller needs this policy of its own`
    : `The caller is in another account (${accountId}; the function is in ${functionAccount}), and needs this policy of its own`;
}
