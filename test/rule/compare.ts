import { type Cell, isEventStream, isOpen } from './axes.ts';
import { SERVER_ERROR } from './messages.ts';
import type { Observation } from './observe.ts';

/** One way of answering as a stock client saw it: with the stock `fetch`, and with one of ours. */
export interface Seen {
  readonly cell: Cell;
  readonly stock: Observation;
  readonly ours: Observation;
  /** The JSON of the message that the bytes hold in full, whether or not a client takes it. */
  readonly held: unknown;
  /** What a client of this line gives when the plain answer comes. */
  readonly plainValue: string;
}

interface Difference {
  readonly why: string;
  when(seen: Seen): boolean;
}

/** What a client may see otherwise than with the stock `fetch`. Nothing else may differ. */
const OUTCOMES: readonly Difference[] = [
  {
    why: 'an answer that ended without one: the stock client waits for its time-out, ours gets an error at once',
    when: ({ cell, stock, ours }) =>
      stock.outcome.kind === 'waits' && ours.outcome.kind === 'error' && (!isOpen(cell) || cell.status === 202),
  },
  {
    why: 'an event stream that holds the whole answer, but not what makes a parser take it: ours completes it',
    when: ({ cell, stock, ours, held, plainValue }) =>
      stock.outcome.kind === 'waits' &&
      isEventStream(cell) &&
      isAnswer(cell, held) &&
      // To an error a probe goes on in an older revision.
      (cell.outcome === 'result' || isProbe(cell)
        ? ours.outcome.kind === 'result' && (ours.outcome.value === plainValue || isProbe(cell))
        : ours.outcome.kind === 'error' && ours.outcome.message.includes(SERVER_ERROR.message)),
  },
  {
    why: 'a final 429 to server/discover is a 503: the stock client would take the server for an old one',
    when: (seen) => isMisled(seen) && seen.ours.outcome.kind === 'error',
  },
  {
    why: 'a probe that nothing answers: the stock client gives up or falls back after its time-out, ours says why',
    when: ({ cell, stock, ours }) =>
      isProbe(cell) && !isOpen(cell) && stock.outcome.kind === 'waits' && ours.outcome.kind === 'error',
  },
  {
    why: 'a connection that breaks within a JSON body: `fetch` says "terminated", ours says what happened',
    when: ({ cell, stock, ours }) =>
      cell.end.how === 'broken off' &&
      stock.outcome.kind === 'error' &&
      /terminated/.test(stock.outcome.message) &&
      ours.outcome.kind === 'error',
  },
];

/** What may be asked more often than the stock client asks. Nothing that was answered is among it. */
const REPEATS: readonly Difference[] = [
  { why: 'Lambda throttles before it runs anything', when: ({ cell }) => cell.status === 429 },
  {
    why: 'what only reads is asked for again after a failure of the server',
    when: ({ cell }) => onlyReads(cell) && cell.status >= 500,
  },
  {
    why: 'what only reads is asked for again when its answer ended without one',
    when: (seen) => onlyReads(seen.cell) && !isAnswered(seen) && (!isOpen(seen.cell) || seen.cell.status === 202),
  },
];

/** What of the server's notifications a client may hear otherwise. */
const NOTIFICATIONS: readonly Difference[] = [
  {
    why: "where an encoded body breaks off, how much of it is heard is the decoder's chance",
    when: ({ cell, stock, ours }) =>
      isCutWithinEncoding(cell) &&
      (isStart(stock.notifications, ours.notifications) || isStart(ours.notifications, stock.notifications)),
  },
  {
    why: 'behind lines that end in CR a parser waits for another byte: ours gives it one, and the last event is heard',
    when: ({ cell, stock, ours }) => cell.lines === 'CR' && isStart(stock.notifications, ours.notifications),
  },
];

/** What is wrong; undefined: nothing. */
export function compare(seen: Seen): string | undefined {
  const { cell, stock, ours } = seen;
  const isAllowed = (differences: readonly Difference[]) => differences.some(({ when }) => when(seen));
  if (ours.outcome.kind === 'waits' && !isOpen(cell)) return 'waits for an answer that has ended';
  if (isMisled(seen) && same(stock.outcome, ours.outcome)) return 'took a server that throttles for an old one';
  if (!same(stock.outcome, ours.outcome) && !isAllowed(OUTCOMES)) return said('saw', stock.outcome, ours.outcome);
  if (!same(stock.asked, ours.asked)) {
    const once = ours.asked.filter((method, i) => method !== ours.asked[i - 1]);
    // A client goes on from a probe to the older revisions by what it is told: ours may tell an error where the stock one
    // waits, and the server's own where that lacked its end.
    const isOnward = isProbe(cell) && (isStart(once, stock.asked) || isStart(stock.asked, once));
    if (isOnward && same(once, ours.asked)) return undefined;
    const isSame = same(stock.asked, once) || isOnward;
    return isSame && isAllowed(REPEATS) ? undefined : said('asked', stock.asked, ours.asked);
  }
  if (same(stock.notifications, ours.notifications) || isAllowed(NOTIFICATIONS)) return undefined;
  return said('heard', stock.notifications, ours.notifications);
}

/**
 * Whether the server has answered the request, though the client may not take the answer: an id that is null, or an array
 * in an event. A client takes no body of a 202, and no JSON whose connection breaks; where an encoded body breaks off, how
 * much of it could be decoded is the decoder's chance.
 */
function isAnswered({ cell, held }: Seen): boolean {
  const isBroken = cell.end.how === 'broken off';
  if (cell.status === 202 || (isBroken && !isEventStream(cell))) return false;
  if (isCutWithinEncoding(cell)) return false;
  return held !== undefined && cell.id !== 'of another request';
}

function isCutWithinEncoding({ encoding, end }: Cell): boolean {
  return encoding !== 'identity' && end.missing > 0;
}

/** Whether a message is the response to a request, by an id that both SDK lines take for the request's. */
function isAnswer({ id, shape }: Cell, held: unknown): boolean {
  return held !== undefined && shape === 'one message' && (id === 'number' || id === 'numeric string');
}

/** Whether a throttled probe makes the stock client connect in an older revision. */
function isMisled({ cell, stock }: Seen): boolean {
  return cell.status === 429 && isProbe(cell) && stock.outcome.kind === 'result';
}

function isProbe({ client, message }: Cell): boolean {
  return client === 'v2, 2026-07-28' && message === 'connect';
}

function onlyReads({ message }: Cell): boolean {
  return message !== 'tools/call';
}

function isStart(start: readonly string[], whole: readonly string[]): boolean {
  return same(start, whole.slice(0, start.length));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function said(verb: string, stock: unknown, ours: unknown): string {
  const text = (value: unknown) => JSON.stringify(value).slice(0, 300);
  return `${verb} ${text(ours)}\n  and with the stock fetch ${text(stock)}`;
}
