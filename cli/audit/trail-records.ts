import { type ByRequest, byRequest, createRequestIds } from './by-request.ts';
import type { Columns } from './packed-rows.ts';
import { readTrailEvent, type TrailEvent } from './trail-event.ts';

/** The calls that CloudTrail recorded, by request id. */
export interface TrailRecords {
  /** Takes a record; what is no call of a Lambda function is counted, and left. */
  take(record: unknown): void;
  readonly events: ByRequest<TrailEvent>;
  /** Calls of functions: those of others too. */
  readonly count: number;
  /** Records of other kinds. */
  readonly others: number;
  /** Calls that AWS let through. */
  readonly answered: number;
  /** Calls that API Gateway made. */
  readonly byApi: number;
  /** Milliseconds since 1970; undefined when there is none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export function collectRecords(ids = createRequestIds()): TrailRecords {
  const events = byRequest<TrailEvent>(ids, COLUMNS);
  let count = 0;
  let others = 0;
  let answered = 0;
  let byApi = 0;
  let first: number | undefined;
  let last: number | undefined;
  return {
    take(record) {
      const event = readTrailEvent(record);
      if (!event) {
        others += 1;
        return;
      }
      const { time, requestId, errorCode } = event;
      first = Math.min(first ?? time, time);
      last = Math.max(last ?? time, time);
      const known = events.get(requestId);
      // CloudTrail may deliver an event twice. Of two for one request, the refusal weighs more.
      if (known && !(known.errorCode === undefined && errorCode !== undefined)) return;
      if (known) answered -= 1;
      else count += 1;
      if (!known && event.via === 'rest-api') byApi += 1;
      if (errorCode === undefined) answered += 1;
      events.set(event);
    },
    events,
    get count() {
      return count;
    },
    get others() {
      return others;
    },
    get answered() {
      return answered;
    },
    get byApi() {
      return byApi;
    },
    get first() {
      return first;
    },
    get last() {
      return last;
    },
  };
}

const COLUMNS: Columns<Omit<TrailEvent, 'requestId'>> = {
  time: 'number',
  via: 'often',
  caller: 'often',
  named: 'often',
  accountId: 'often',
  functionArn: 'often',
  errorCode: 'often',
  errorMessage: 'often',
  principalId: 'often',
  sourceIp: 'often',
  userAgent: 'often',
};
