import { randomUUID } from 'node:crypto';
import type { RestApiEvent, RestApiIdentity } from '../../wire/rest-api-event.ts';
import type { IncomingRequest } from '../http-io.ts';
import { callerArn, callerId } from '../iam/principal.ts';
import type { PrincipalKey } from '../principals.ts';
import type { RestApi } from './api.ts';
import { isDroppedFromRequest } from './renamed-headers.ts';

/** Who was let in. */
export interface Admitted {
  /** Under IAM. */
  readonly caller?: PrincipalKey;
  /** What an authorizer said. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

/** A request as its proxy integration sees it: payload format 1.0. */
export function toRestApiEvent(
  api: RestApi,
  incoming: IncomingRequest,
  requestId: string,
  traceId: string,
  { caller, authorizer }: Admitted,
): RestApiEvent {
  const { method, target, body, sourceIp } = incoming;
  const now = new Date();
  const headers = grouped([
    ...incoming.headers.filter(([name]) => !isDroppedFromRequest(name) && !(caller && isAuthorization(name))),
    ['X-Amzn-Trace-Id', traceId],
    ['X-Forwarded-For', sourceIp],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ]);
  const query = grouped([...new URL(target, 'http://localhost').searchParams], (name) => name);
  const [, day = '', month = '', year = '', clock = ''] = now.toUTCString().split(' ');
  return {
    resource: api.path,
    path: api.path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: isEmpty(query) ? null : lastOf(query),
    multiValueQueryStringParameters: isEmpty(query) ? null : query,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'abc123',
      ...(authorizer && { authorizer }),
      resourcePath: api.path,
      httpMethod: method,
      extendedRequestId: `${randomUUID().slice(0, 15)}=`,
      requestTime: `${day}/${month}/${year}:${clock} +0000`,
      path: api.hasStageInPath ? `/${api.stage}${api.path}` : api.path,
      accountId: api.fn.accountId,
      protocol: 'HTTP/1.1',
      stage: api.stage,
      domainPrefix: api.domainName.split('.')[0] ?? '',
      requestTimeEpoch: now.getTime(),
      requestId,
      identity: toIdentity(incoming, caller),
      domainName: api.domainName,
      apiId: api.id,
    },
    body: body.byteLength === 0 ? null : Buffer.from(body).toString('utf8'),
    isBase64Encoded: false,
  };
}

function toIdentity({ sourceIp, header }: IncomingRequest, caller: PrincipalKey | undefined): RestApiIdentity {
  const { principal, accessKeyId } = caller ?? {};
  return {
    cognitoIdentityPoolId: null,
    accountId: principal?.accountId ?? null,
    cognitoIdentityId: null,
    caller: principal ? callerId(principal) : null,
    sourceIp,
    principalOrgId: principal?.organizationId ?? null,
    accessKey: accessKeyId ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: principal ? callerArn(principal) : null,
    userAgent: header('user-agent') ?? null,
    user: principal ? callerId(principal) : null,
  };
}

/** A signature is not handed on; a token is. */
function isAuthorization(name: string): boolean {
  return name.toLowerCase() === 'authorization';
}

function grouped(
  pairs: readonly (readonly [string, string])[],
  keyOf = (name: string) => name.toLowerCase(),
): Record<string, string[]> {
  const names = new Map<string, string>();
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const first = names.get(keyOf(name)) ?? name;
    names.set(keyOf(name), first);
    values.set(first, [...(values.get(first) ?? []), value]);
  }
  return Object.fromEntries(values);
}

function lastOf(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
