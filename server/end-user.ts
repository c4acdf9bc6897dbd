import { type Caller, callerPattern } from './caller.ts';

/** Callers that may speak for a user, such as a gateway that agents go through. */
export interface DelegateOptions {
  /** ARN patterns, as `caller.is` takes them. */
  readonly roles: readonly string[];
  /** The request header in which they name the user. */
  readonly header: string;
}

/** Whom a request is made for. */
export interface EndUser {
  /** As a delegate named them; undefined where nobody is named, or not by a delegate. */
  readonly endUser: string | undefined;
  /** Whether somebody was named by a caller who may not. */
  readonly endUserIgnored: boolean;
}

/** Longest name of a user that is taken; characters. */
const MAX_LENGTH = 256;

/**
 * Reads the user whom a request is made for. AWS proves the delegate, not the user: that one is the delegate's word.
 *
 * @throws {TypeError} when a role is no ARN pattern, or the header none that HTTP knows
 */
export function readEndUsers(delegates: DelegateOptions | undefined) {
  if (!delegates) return (): EndUser => ({ endUser: undefined, endUserIgnored: false });
  const { roles, header } = delegates;
  // Both throw now rather than at the first call.
  for (const role of roles) callerPattern(role);
  new Headers().get(header);
  return (request: Request, caller: Caller | undefined): EndUser => {
    const named = request.headers.get(header)?.trim();
    if (!named) return { endUser: undefined, endUserIgnored: false };
    const isDelegate = caller !== undefined && roles.some((role) => caller.is(role));
    if (!isDelegate || named.length > MAX_LENGTH) return { endUser: undefined, endUserIgnored: true };
    return { endUser: named, endUserIgnored: false };
  };
}
