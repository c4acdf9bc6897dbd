import type { AccessRequest } from './access-request.ts';
import { readDate } from './date-value.ts';
import { toList } from './one-or-many.ts';
import { principalKeys } from './principal.ts';

/** Values of a request by condition key, in lower case; `'unknown'` where AWS knows them and nobody here does. */
export type RequestContext = ReadonlyMap<string, readonly string[] | 'unknown'>;

/**
 * All condition keys of a request. What the principal is known to be goes before what the request says of it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html
 */
export function requestContext({ principal, resourceAccountId, context }: AccessRequest): RequestContext {
  const keys = new Map<string, readonly string[] | 'unknown'>();
  for (const [key, values] of Object.entries(context)) keys.set(key.toLowerCase(), toList(values));
  const known = { ...principalKeys(principal), 'aws:ResourceAccount': resourceAccountId };
  for (const [key, value] of Object.entries(known)) {
    keys.set(key.toLowerCase(), value === undefined ? [] : [value]);
  }
  // The function's organization is known from a caller of its own account only.
  const ownOrganization = principal.organizationId === undefined ? [] : [principal.organizationId];
  keys.set('aws:resourceorgid', principal.accountId === resourceAccountId ? ownOrganization : 'unknown');
  const [time] = keys.get('aws:currenttime') ?? [];
  const milliseconds = time === undefined ? undefined : readDate(time);
  if (milliseconds !== undefined) keys.set('aws:epochtime', [String(Math.floor(milliseconds / 1000))]);
  return keys;
}
