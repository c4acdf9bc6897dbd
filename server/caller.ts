import { readArnPattern } from '../wire/aws/arn-pattern.ts';
import { readAssumedRole } from '../wire/aws/assumed-role.ts';
import type { FunctionUrlEvent } from '../wire/event.ts';
import type { RestApiEvent } from '../wire/rest-api-event.ts';

/** The IAM principal that signed the request, as AWS stated it. */
export interface Caller {
  /** `arn:aws:iam::ACCOUNT:user/NAME`, or for a role `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  /** 12 digits. */
  readonly accountId: string;
  /** The id of the access key that signed: `AKIA…` of a user, `ASIA…` of a session. It is no secret. */
  readonly accessKeyId: string;
  /** `o-…`; undefined when the account belongs to no organization. */
  readonly organizationId: string | undefined;
  /** The assumed role's name, without path; undefined for users. */
  readonly roleName: string | undefined;
  /** The assumed role's session name; undefined for users. */
  readonly sessionName: string | undefined;
  /**
   * Whether the caller is one of those that an ARN pattern means: a user, a role, or one session of a role. `*` stands
   * for any characters, `?` for one; before the resource neither reaches into the next part.
   *
   * A session's ARN does not show its role's path: write `role/NAME` without one.
   *
   * @throws {TypeError} when the pattern is not an ARN
   */
  is(pattern: string): boolean;
}

/**
 * How the caller that an event states comes to be believed.
 *
 * - `'request-id'`: only when `requestContext.requestId` is the id of this invocation. A function URL puts it there;
 *   whoever sends an event of their own through the Invoke API cannot know it in advance.
 * - `'event'`: always. Safe only where nobody is granted `lambda:InvokeFunction` without the condition
 *   `lambda:InvokedViaFunctionUrl`, because anyone who is can claim to be anybody.
 * - `'api-gateway'`: a REST API's events too, whose request id is the API's own and proves nothing. Safe only where
 *   nobody but that API may invoke the function, because anyone else who may can claim to be anybody. Events of a
 *   function URL are believed as with `'request-id'`.
 *
 * Source: AWS Lambda Developer Guide, function URL request payload, `requestContext.requestId`.
 */
export type CallerIdentity = 'request-id' | 'event' | 'api-gateway';

/** The caller that AWS vouches for, or undefined when the event proves none. */
export function identifyCaller(
  event: FunctionUrlEvent,
  awsRequestId: string,
  callerIdentity: CallerIdentity,
): Caller | undefined {
  const { requestId, authorizer } = event.requestContext;
  if (callerIdentity !== 'event' && requestId !== awsRequestId) return undefined;
  const iam = authorizer?.iam;
  return iam && typeof iam.userArn === 'string' ? toCaller(iam) : undefined;
}

/** The caller that a REST API under IAM states, where its events are believed. */
export function identifyRestApiCaller(
  { requestContext }: RestApiEvent,
  callerIdentity: CallerIdentity,
): Caller | undefined {
  const { userArn, accountId, accessKey, principalOrgId = null } = requestContext.identity ?? {};
  if (callerIdentity !== 'api-gateway' || typeof userArn !== 'string') return undefined;
  return toCaller({ userArn, accountId: accountId ?? '', accessKey: accessKey ?? '', principalOrgId });
}

interface StatedCaller {
  readonly userArn: string;
  readonly accountId: string;
  readonly accessKey: string;
  readonly principalOrgId: string | null;
}

function toCaller(iam: StatedCaller): Caller {
  const { roleArn, roleName, sessionName } = readAssumedRole(iam.userArn) ?? {};
  return {
    arn: iam.userArn,
    accountId: iam.accountId,
    accessKeyId: iam.accessKey,
    organizationId: iam.principalOrgId ?? undefined,
    roleName,
    sessionName,
    is(pattern) {
      const matches = callerPattern(pattern);
      return [iam.userArn, roleArn].some((arn) => arn !== undefined && matches(arn));
    },
  };
}

/** @throws {TypeError} when it is no pattern of an ARN */
export function callerPattern(pattern: string): (arn: string) => boolean | undefined {
  const matches = readArnPattern(pattern);
  if (matches) return matches;
  throw new TypeError(`"${pattern}" is not an ARN pattern: write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.`);
}
