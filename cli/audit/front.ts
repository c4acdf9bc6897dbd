import type { AccessEntry } from './access-entry.ts';
import type { TrailEvent } from './trail-event.ts';

/** What AWS recorded of an invocation: who called, by whichever record is nearest to the caller. */
export interface Front extends Omit<TrailEvent, 'functionArn' | 'principalId'> {
  /** Who says who called. */
  readonly source: 'trail' | 'access log';
  /** Whether CloudTrail knows the invocation, or the access log alone. */
  readonly recorded: 'trail' | 'access log';
  /** What else there is to say of it. */
  readonly note: string | undefined;
}

/** Of a call that API Gateway made, CloudTrail knows the service only. */
const NOBODY = 'through API Gateway: the access log of the API, which knows for whom, has no line of it';

/** How far the clocks of two services lie apart, and how long an authorizer may take before the function is called; milliseconds. */
const CLOCKS = 5000;
const LONGEST_AUTHORIZATION = 35_000;

/** What CloudTrail says of a call, and for whom API Gateway made it where that is known. */
export function frontOf(event: TrailEvent, entry: AccessEntry | undefined): Front {
  const note = event.via === 'rest-api' && !entry ? NOBODY : undefined;
  if (!entry) return { ...event, source: 'trail', recorded: 'trail', note };
  return { ...event, ...callerOf(entry), source: 'access log', recorded: 'trail', note };
}

/** The same where CloudTrail has no record. */
export function frontOfAccess(entry: AccessEntry): Front {
  const { requestId, time } = entry;
  const known = { via: 'rest-api', source: 'access log', recorded: 'access log' } as const;
  return {
    ...known,
    ...callerOf(entry),
    requestId,
    time,
    errorCode: undefined,
    errorMessage: undefined,
    note: undefined,
  };
}

function callerOf({ caller, named, accountId, sourceIp }: AccessEntry) {
  return { caller, named, accountId, sourceIp, userAgent: undefined };
}

/** Why a line of the access log cannot be of the call that CloudTrail recorded. */
export function impossibleAccess(entry: AccessEntry, event: TrailEvent): string | undefined {
  if (event.via !== 'rest-api')
    return `CloudTrail records this invocation as one of ${event.caller}, not of API Gateway`;
  if (event.time < entry.time - CLOCKS || event.time > entry.time + LONGEST_AUTHORIZATION + CLOCKS) {
    return 'its time is not that of the invocation that CloudTrail recorded';
  }
  return undefined;
}
