import { API_GATEWAY } from '../../wire/access-log.ts';
import { asRecord } from '../../wire/json.ts';

/** A call of the function, as CloudTrail recorded it: who, as AWS proved it. */
export interface TrailEvent {
  readonly requestId: string;
  /** Milliseconds since 1970; CloudTrail keeps whole seconds. */
  readonly time: number;
  readonly via: 'url' | 'invoke' | 'rest-api';
  /**
   * The caller's ARN; of a REST API's calls only the service, for CloudTrail does not know for whom it called; for another account, of
   * which CloudTrail tells no ARN, `ACCOUNT (ID)`; or the service's name.
   */
  readonly caller: string;
  /** Whether `caller` is an ARN. */
  readonly named: boolean;
  /** 12 digits. */
  readonly accountId: string | undefined;
  readonly functionArn: string;
  /** For a call that AWS did not let through, such as `AccessDenied`. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** `AROA…` of the role, or `AIDA…` of the user: the same by every way in. */
  readonly principalId: string | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
}

/**
 * Reads a CloudTrail record; undefined for all but data events of Lambda functions.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element".
 */
export function readTrailEvent(value: unknown): TrailEvent | undefined {
  const record = asRecord(value);
  const eventName = text(record.eventName) ?? '';
  if (record.eventSource !== 'lambda.amazonaws.com' || !/^Invoke/.test(eventName)) return undefined;
  const requestId = text(record.requestID);
  const time = Date.parse(text(record.eventTime) ?? '');
  if (requestId === undefined || Number.isNaN(time)) return undefined;
  const identity = asRecord(record.userIdentity);
  const arn = text(identity.arn);
  const accountId = text(identity.accountId);
  return {
    requestId,
    time,
    via: wayOf(eventName, identity),
    caller: arn ?? nameless(identity, accountId),
    named: arn !== undefined,
    accountId,
    principalId: text(identity.principalId),
    functionArn: functionOf(record),
    errorCode: text(record.errorCode),
    errorMessage: text(record.errorMessage),
    sourceIp: text(record.sourceIPAddress),
    userAgent: text(record.userAgent),
  };
}

/** Which service called is AWS's word; that an API Gateway did, nobody else can have written. */
function wayOf(eventName: string, { invokedBy }: Record<string, unknown>): TrailEvent['via'] {
  if (/Url|WebFunction/.test(eventName)) return 'url';
  return invokedBy === API_GATEWAY ? 'rest-api' : 'invoke';
}

function nameless(identity: Record<string, unknown>, accountId: string | undefined): string {
  const service = text(identity.invokedBy);
  if (service !== undefined) return service;
  const id = text(identity.principalId);
  return accountId === undefined ? (id ?? 'nobody named') : `${accountId}${id ? ` (${id})` : ''}`;
}

function functionOf(record: Record<string, unknown>): string {
  const resources = Array.isArray(record.resources) ? record.resources.map(asRecord) : [];
  const resource = resources.find(({ type }) => type === 'AWS::Lambda::Function');
  return text(resource?.ARN) ?? text(asRecord(record.requestParameters).functionName) ?? '';
}

/** The longest that is kept of any text. */
const MAX_LENGTH = 2048;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_LENGTH) : undefined;
}
