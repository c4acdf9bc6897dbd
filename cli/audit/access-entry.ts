import { ACCESS_LOG_FIELDS, type AccessLogField, NO_VALUE } from '../../wire/access-log.ts';
import { isRecord, isString, parseJson } from '../../wire/json.ts';

/** A request, as API Gateway wrote it to its stage's access log: who called, as it verified it. */
export interface AccessEntry {
  /** Of the invocation; for a request that none answered, API Gateway's own id, which no client can choose. */
  readonly requestId: string;
  /** Whether an invocation began. */
  readonly invoked: boolean;
  /** API Gateway's own id. */
  readonly ownId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** An ARN under IAM; `authorizer: ID` or `user pool: ID` for whom an authorizer or a user pool named. */
  readonly caller: string;
  /** Whether `caller` is an ARN. */
  readonly named: boolean;
  readonly accountId: string | undefined;
  readonly sourceIp: string | undefined;
  readonly status: number | undefined;
  /** Type of the gateway response, such as `ACCESS_DENIED`. */
  readonly errorType: string | undefined;
}

/** Stands for whom API Gateway let in, or kept out, without a name. */
export const NOBODY_NAMED = 'nobody named';

const FIELDS = Object.keys(ACCESS_LOG_FIELDS) as AccessLogField[];

/** The longest that is kept of any text. */
const MAX_LENGTH = 2048;

/**
 * Reads a line of the access log, in the format that `McpRestApi` sets; undefined for anything else.
 *
 * API Gateway fills values into a template of JSON, and an authorizer's words, a client's path, might close a string and add
 * a field. Such a line has a field twice, or others than the template, and is not read.
 */
export function readAccessEntry(message: string): AccessEntry | undefined {
  const value = parseJson(message);
  if (!isRecord(value) || !Object.values(value).every(isString)) return undefined;
  const names = [...message.matchAll(/"((?:[^"\\]|\\.)*)"\s*(:?)/g)].flatMap(([, name, colon]) => (colon ? name : []));
  if (names.length !== FIELDS.length || names.some((name, at) => name !== FIELDS[at])) return undefined;
  const fields = value as Record<AccessLogField, string>;
  const of = (name: AccessLogField) => {
    const text = fields[name];
    return text === NO_VALUE || text === '' ? undefined : text.slice(0, MAX_LENGTH);
  };
  const time = Number(of('requestTimeEpoch'));
  const ownId = of('extendedRequestId') ?? of('requestId');
  if (!Number.isFinite(time) || time <= 0 || ownId === undefined) return undefined;
  const invocation = of('awsEndpointRequestId');
  const userArn = of('userArn');
  const status = Number(of('status'));
  return {
    requestId: invocation ?? `api:${ownId}`,
    invoked: invocation !== undefined,
    ownId,
    time,
    caller: userArn ?? callerOf(of('principalId'), of('subject')),
    named: userArn !== undefined,
    accountId: of('accountId'),
    sourceIp: of('sourceIp'),
    status: Number.isFinite(status) ? status : undefined,
    errorType: of('errorType'),
  };
}

/** What is before it keeps an authorizer's word from being taken for an ARN. */
function callerOf(principalId: string | undefined, subject: string | undefined): string {
  if (subject !== undefined) return `user pool: ${subject}`;
  return principalId === undefined ? NOBODY_NAMED : `authorizer: ${principalId}`;
}
