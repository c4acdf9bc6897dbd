import type { AuditCall } from './audit-call.ts';
import { type FoldedCaller, foldCaller } from './fold-caller.ts';

export interface Fold {
  of(caller: string): FoldedCaller;
  /** Learns which role of another account a caller known by its id has, from a call of which a line tells. */
  learn(known: string, caller: string): void;
  /** The role of a caller known by its id alone, once it was learned. */
  renamed(call: AuditCall): string | undefined;
}

/** Folds callers, each once, and learns on the way who some of them are. */
export function createFold(): Fold {
  const folded = new Map<string, FoldedCaller>();
  const roles = new Map<string, string>();
  const of = (caller: string) => {
    const known = folded.get(caller) ?? foldCaller(caller);
    folded.set(caller, known);
    return known;
  };
  return {
    of,
    learn: (known, caller) => {
      const key = of(known).role;
      const { role } = of(caller);
      // Two roles for one id: neither is known.
      roles.set(key, roles.has(key) && roles.get(key) !== role ? key : role);
    },
    renamed: ({ role }) => {
      const learned = roles.get(role);
      return learned === role ? undefined : learned;
    },
  };
}
