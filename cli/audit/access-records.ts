import { type AccessEntry, readAccessEntry } from './access-entry.ts';
import { type ByRequest, byRequest, createRequestIds } from './by-request.ts';
import type { LogEvent } from './log-entry.ts';
import type { Columns } from './packed-rows.ts';

/** What a REST API's access log holds, by the id of the invocation. */
export interface AccessRecords {
  /** Takes an event of the log; what is no line of the format, as it was written, is counted, and left. */
  take(event: Pick<LogEvent, 'message' | 'rewritten'>): void;
  /** Two that differ for one invocation contradict each other. */
  readonly entries: ByRequest<AccessEntry>;
  readonly count: number;
  /** Lines in another format, or with a field that somebody added, or where nobody can tell any more. */
  readonly others: number;
  /** Milliseconds since 1970; undefined when there is none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export function collectAccess(ids = createRequestIds()): AccessRecords {
  const entries = byRequest<AccessEntry>(ids, COLUMNS);
  let count = 0;
  let others = 0;
  let first: number | undefined;
  let last: number | undefined;
  return {
    take({ message, rewritten }) {
      const entry = readAccessEntry(message);
      if (!entry || rewritten) {
        others += 1;
        return;
      }
      // One line may be read twice, from exports that overlap.
      if (entries.all(entry.requestId).some((known) => isSame(known, entry))) return;
      count += 1;
      first = Math.min(first ?? entry.time, entry.time);
      last = Math.max(last ?? entry.time, entry.time);
      entries.add(entry);
    },
    entries,
    get count() {
      return count;
    },
    get others() {
      return others;
    },
    get first() {
      return first;
    },
    get last() {
      return last;
    },
  };
}

function isSame(one: AccessEntry, other: AccessEntry): boolean {
  return (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).every((field) => one[field] === other[field]);
}

const COLUMNS: Columns<Omit<AccessEntry, 'requestId'>> = {
  invoked: 'often',
  ownId: 'once',
  time: 'number',
  caller: 'often',
  named: 'often',
  accountId: 'often',
  sourceIp: 'often',
  status: 'often',
  errorType: 'often',
};
