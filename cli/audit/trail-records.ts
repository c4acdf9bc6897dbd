import { readTrailEvent, type TrailEvent } from './trail-event.ts';

/** The calls that CloudTrail recorded, by request id. */
export interface TrailRecords {
  /** Takes a record; what is no call of a Lambda function is counted, and left. */
  take(record: unknown): void;
  readonly events: Map<string, TrailEvent>;
  /** Calls of functions: those of others too. */
  readonly count: number;
  /** Records of other kinds. */
  readonly others: number;
}

export function collectRecords(): TrailRecords {
  const events = new Map<string, TrailEvent>();
  const texts = new Map<string, string>();
  /** One copy of what comes a thousand times, such as an ARN. */
  const shared = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size < 100_000) texts.set(text, text);
    return text;
  };
  let count = 0;
  let others = 0;
  return {
    take(record) {
      const event = readTrailEvent(record, shared);
      if (!event) {
        others += 1;
        return;
      }
      const known = events.get(event.requestId);
      // CloudTrail may deliver an event twice. Of two for one request, the refusal weighs more.
      if (known === undefined) count += 1;
      if (known === undefined || (known.errorCode === undefined && event.errorCode !== undefined)) {
        events.set(event.requestId, event);
      }
    },
    events,
    get count() {
      return count;
    },
    get others() {
      return others;
    },
  };
}
