import type { AuditCall } from '../audit-call.ts';
import { type Ending, endingOf } from '../summarize.ts';

/** What has a colour of its own: a chart of eight would be read by nobody. */
export type Hue = 'ok' | 'failed' | 'refused' | 'unknown';
export const HUES: readonly Hue[] = ['ok', 'failed', 'refused', 'unknown'];

const HUE_OF: Readonly<Record<Ending, Hue>> = {
  ok: 'ok',
  failed: 'failed',
  'timed out': 'failed',
  crashed: 'failed',
  'refused by IAM': 'refused',
  throttled: 'refused',
  'refused by the server': 'refused',
  unknown: 'unknown',
};

export function hueOf(ending: Ending): Hue {
  return HUE_OF[ending];
}

export function countHues(calls: readonly AuditCall[]): Record<Hue, number> {
  const counts = { ok: 0, failed: 0, refused: 0, unknown: 0 };
  for (const call of calls) counts[HUE_OF[endingOf(call)]] += 1;
  return counts;
}
