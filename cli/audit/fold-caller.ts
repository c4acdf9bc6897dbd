import { readArn } from '../../wire/aws/arn.ts';
import { readAssumedRole } from '../../wire/aws/assumed-role.ts';

/** A caller with the name of its session folded away. */
export interface FoldedCaller {
  /** `arn:…:role/NAME`, a user's ARN, `ACCOUNT (AROA…)`, or the caller as it is. */
  readonly role: string;
  readonly session: string | undefined;
}

/**
 * Takes the session's name out of a caller: whoever assumes a role chooses it. The sessions of roles that IAM Identity
 * Center makes are named after the people who signed in, and stay apart.
 *
 * Source: AWS IAM Identity Center User Guide, "Referencing permission sets in resource policies".
 */
export function foldCaller(caller: string): FoldedCaller {
  const assumed = readAssumedRole(caller);
  if (assumed) {
    const { roleArn, roleName, sessionName: session } = assumed;
    return { role: roleName.startsWith('AWSReservedSSO_') ? caller : roleArn, session };
  }
  // Another account's role, of which CloudTrail tells only its id.
  const [, account, id, session] = /^(\d{12}) \((AROA[\w-]+)(?::(.*))?\)$/.exec(caller) ?? [];
  if (account !== undefined) return { role: `${account} (${id})`, session };
  return { role: caller, session: undefined };
}

/** `ROLE/SESSION` or `user/NAME`, and the account: what tells callers apart in a narrow column. */
export function shortCaller(caller: string): string {
  const { accountId, resource } = readArn(caller) ?? {};
  return resource === undefined ? caller : `${resource.replace(/^(?:assumed-role|role)\//, '')} (${accountId})`;
}
