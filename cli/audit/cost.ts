import { type Architecture, LAMBDA_PRICES } from '../../wire/aws/prices.ts';
import type { AuditCall } from './audit-call.ts';

/** Of calls: dollars, and of how many calls Lambda's report tells the bill. */
export interface Cost {
  readonly dollars: number;
  readonly known: number;
}

/** Bytes of a response that are not billed beside. */
const UNBILLED_BYTES = 6 * 1024 * 1024;

/** What Lambda bills for a call, in dollars; undefined without its report. Data that leaves the region comes on top. */
export function costOf({ billed, memory, bytesOut = 0 }: AuditCall, architecture: Architecture): number | undefined {
  if (billed === undefined || memory === undefined) return undefined;
  const { request, gigabyteSecond, streamedGigabyte } = LAMBDA_PRICES;
  const streamed = (Math.max(0, bytesOut - UNBILLED_BYTES) / 1e9) * streamedGigabyte;
  return request + (billed / 1000) * (memory / 1024) * gigabyteSecond[architecture] + streamed;
}

export function sumCosts(calls: readonly AuditCall[], architecture: Architecture): Cost {
  let dollars = 0;
  let known = 0;
  for (const call of calls) {
    const cost = costOf(call, architecture);
    if (cost === undefined) continue;
    dollars += cost;
    known += 1;
  }
  return { dollars, known };
}

/** `$0.0123`; says of how many calls where Lambda's report tells not all. */
export function dollars({ dollars: amount, known }: Cost, calls: number): string {
  if (known === 0) return 'no report';
  const digits = amount >= 100 ? 0 : amount >= 1 ? 2 : Math.min(10, 2 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(digits)}${known < calls ? ` (of ${known})` : ''}`;
}
