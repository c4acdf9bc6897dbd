export interface CallerName {
  /** `role/agent (111122223333)`, `user/alice (111122223333)`; `unknown` where the record has none. */
  readonly caller: string;
  /** Of a role: who assumed it, by the name that they gave their session. */
  readonly session: string | undefined;
}

/**
 * Names the caller of a record by its `identity.arn`, a role's sessions by their role.
 *
 * Source: IAM User Guide, "IAM identifiers"; a session's ARN leaves out the path of its role.
 */
export function callerName(arn: string): CallerName {
  const [, , service, , account, ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (account === undefined) return { caller: arn || 'unknown', session: undefined };
  const [, role, session] = /^assumed-role\/(.+)\/([^/]+)$/.exec(resource) ?? [];
  if (service === 'sts' && role !== undefined) return { caller: `role/${role} (${account})`, session };
  return { caller: `${resource} (${account})`, session: undefined };
}
