import type { FunctionFault } from '../functions/faulty.ts';
import type { NetworkFault } from './proxy.ts';

/** What the client signs with. */
export type CredentialsFault = 'expired session' | 'rotated key';

/** Something that goes wrong with one request, or from then on with each. */
export interface Fault {
  readonly name: string;
  readonly times: 'once' | 'always';
  readonly network?: NetworkFault;
  readonly function?: FunctionFault;
  readonly credentials?: CredentialsFault;
  /** Minutes by which the client's clock is ahead. */
  readonly clock?: number;
  /** Methods that must give a result all the same; an error is allowed for the others. */
  readonly recovers: 'both' | 'tools/list' | 'none';
}

type Kind = Omit<Fault, 'times' | 'recovers'> & { readonly once: Fault['recovers'] };

const status = (kind: 'refuse' | 'fail', code: number, text: string, once: Fault['recovers']): Kind => ({
  name: `${code} ${text}`,
  network: { kind, status: code },
  once,
});

/** Each happens once and, as a row of its own, always. */
const KINDS: readonly Kind[] = [
  status('refuse', 429, 'throttle', 'both'),
  status('fail', 500, 'after it ran', 'tools/list'),
  status('fail', 502, 'after it ran', 'tools/list'),
  status('fail', 503, 'after it ran', 'tools/list'),
  status('fail', 504, 'after it ran', 'tools/list'),
  { name: 'reset before the request was read', network: { kind: 'reset-unread' }, once: 'tools/list' },
  { name: 'reset after it was read', network: { kind: 'reset-read' }, once: 'tools/list' },
  { name: 'reset in mid-stream', network: { kind: 'reset-stream' }, once: 'tools/list' },
  { name: 'truncated stream', network: { kind: 'truncate' }, once: 'tools/list' },
  { name: 'silence', network: { kind: 'silence' }, once: 'tools/list' },
  { name: 'environment crash', function: 'crash', once: 'tools/list' },
  { name: 'time-out, blocked', function: 'block', once: 'tools/list' },
  // The function's own answer, given in time: nothing to recover from.
  { name: 'time-out, aborted in time', function: 'wait', once: 'none' },
  { name: 'expired session', credentials: 'expired session', once: 'both' },
  { name: 'rotated credentials', credentials: 'rotated key', once: 'both' },
];

/** These are no failures: both methods must succeed. */
const NO_FAILURES: readonly Fault[] = [
  { name: 'slow first byte', times: 'always', network: { kind: 'slow', delay: 500 }, recovers: 'both' },
  ...[-15, -6, 6, 15].map(
    (clock): Fault => ({
      name: `clock ${Math.abs(clock)} min ${clock < 0 ? 'behind' : 'ahead'}`,
      times: 'always',
      clock,
      recovers: 'both',
    }),
  ),
];

/** The rows of the table. */
export const FAULTS: readonly Fault[] = [
  ...KINDS.flatMap(({ once, ...fault }): Fault[] => [
    { ...fault, times: 'once', recovers: once },
    { ...fault, times: 'always', recovers: 'none' },
  ]),
  ...NO_FAILURES,
];
