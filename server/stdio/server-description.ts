import { asRecord } from '../../wire/json.ts';
import type { InitializeResult } from './messages.ts';

/** The revisions that have `initialize`, and that both SDK lines know. */
const REVISIONS = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

/** Whether a revision is one that a client of the older era may state. */
export function isOlderRevision(revision: string): boolean {
  return REVISIONS.includes(revision);
}

/** The answer to a client's `initialize`: the process's own, in the client's revision where the process knows it. */
export function describeTo(known: InitializeResult, params: unknown): object {
  const asked = asRecord(params).protocolVersion;
  const protocolVersion =
    typeof asked === 'string' && isOlderRevision(asked) && asked <= known.protocolVersion
      ? asked
      : known.protocolVersion;
  return { ...known, protocolVersion, capabilities: withoutChanges(known.capabilities) };
}

/** What a process can do, but for telling of changes: nobody could be told. */
export function withoutChanges(capabilities: InitializeResult['capabilities']): Record<string, unknown> {
  const without = (name: string, changes: object) =>
    capabilities[name] === undefined ? {} : { [name]: { ...asRecord(capabilities[name]), ...changes } };
  return {
    ...capabilities,
    ...without('tools', { listChanged: false }),
    ...without('prompts', { listChanged: false }),
    ...without('resources', { listChanged: false, subscribe: false }),
  };
}
