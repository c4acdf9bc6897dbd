import { answerBytes, type Cell } from './answers.ts';
import type { Observation } from './observe.ts';

/**
 * What is wrong with an observation, beside that of the same client with a plain `fetch`; undefined: nothing.
 *
 * They must be the same, but for what is deliberate:
 *
 * - an answer that came to its end without one is an error at once, where the plain client waits for its time-out
 * - an event stream that holds the whole answer, and for which an SDK's parser waits on (no blank line, lines that end in
 *   CR), is completed
 * - what only reads is asked for again when its answer breaks off, or is a 5xx
 * - where the connection is destroyed, it is chance whether the last bytes before still arrive
 * - where it breaks within a JSON body, the error says more
 */
export function judge(cell: Cell, plain: Observation, ours: Observation): string | undefined {
  const isChance = cell.end === 'cut off' && cell.cut > 900;
  const mayRepeat = cell.method !== 'tools/call' && (cell.status >= 500 || plain.outcome !== 'result' || isChance);
  if (!mayRepeat && ours.requests !== plain.requests) return `asked ${ours.requests} times, not ${plain.requests}`;
  if (plain.outcome === 'result') {
    const isSame = ours.outcome === 'result' && ours.text === plain.text;
    return isSame || isChance ? undefined : `a result became: ${describe(ours)}`;
  }
  if (plain.outcome === 'waits') return judgeWait(cell, ours);
  if (isChance && ours.outcome === 'result') return undefined;
  if (ours.outcome !== 'error') return `an error became: ${describe(ours)}`;
  const isSame = cell.end === 'cut off' || ours.text === plain.text;
  return isSame ? undefined : `another error: ${describe(ours)}, not ${describe(plain)}`;
}

function judgeWait(cell: Cell, ours: Observation): string | undefined {
  const isOpen = cell.end.startsWith('left open');
  if (ours.outcome === 'waits') return isOpen ? undefined : 'waits for the time-out';
  if (ours.outcome === 'error') return undefined;
  return holdsAnswer(cell) ? undefined : `a result out of nothing: ${describe(ours)}`;
}

/** Whether an event stream holds all of the answer but what ends its event. */
function holdsAnswer(cell: Cell): boolean {
  if (!cell.type.startsWith('text/event-stream') || cell.shape !== 'one message') return false;
  if (cell.id !== 'number' && cell.id !== 'numeric string') return false;
  const plain = { ...cell, encoding: 'identity', dress: cell.dress } as const;
  const text = answerBytes(plain, 1).body.toString();
  const whole = answerBytes({ ...plain, end: 'closed' }, 1).body.toString();
  return cell.encoding !== 'identity' || text.trimEnd().length >= whole.trimEnd().length;
}

function describe({ outcome, text }: Observation): string {
  return `${outcome} ${text.slice(0, 200)}`;
}
