import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { functionUrlHost } from '../wire/aws/hosts.ts';
import { INVOKE_PERMISSIONS } from '../wire/aws/invoke-permissions.ts';
import type { IamAuthorizer } from '../wire/event.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { type BodyIterator, readPrelude } from '../wire/read-response.ts';
import { requestToEvent } from '../wire/request-to-event.ts';
import { HTTP_INTEGRATION_CONTENT_TYPE } from '../wire/response-stream.ts';
import type { Access } from './access.ts';
import { type Environments, type Invocation, TooManyRequestsError } from './execution/environments.ts';
import { type IncomingRequest, readIncoming, sendJson } from './http-io.ts';
import { callerArn, callerId } from './iam/principal.ts';
import { type LocalFunction, THROTTLE_REASON } from './local-function.ts';
import type { PrincipalKey } from './principals.ts';
import { limitSize } from './response-size.ts';
import type { SignatureRefusal } from './sigv4/verify.ts';
import { newTraceHeader } from './trace-header.ts';
import type { Trail } from './trail.ts';
import { writeBody } from './write-body.ts';

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Both are asked, each with the condition key by which a policy can single it out. */
const URL_PERMISSIONS = [INVOKE_PERMISSIONS.url, INVOKE_PERMISSIONS['invoke-via-url']].map(({ input, Condition }) => ({
  action: input.Action,
  context: Object.assign({}, ...Object.values(Condition ?? {})) as Record<string, string>,
}));

/** Lambda keeps the signature from the function, but not the session token. */
const WITHHELD_HEADERS = new Set(['authorization']);

/** Headers of the connection, which the function does not decide. */
const CONNECTION_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * The function URL: auth type AWS_IAM or NONE, invoke mode RESPONSE_STREAM.
 *
 * Source: AWS Lambda Developer Guide, "Lambda function URLs" and "Control access to Lambda function URLs".
 */
export function createFunctionUrl(
  fn: LocalFunction,
  access: Access,
  environments: Environments,
  trail: Trail,
): RequestListener {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    const incoming = await readIncoming(request, MAX_REQUEST_SIZE);
    if (!incoming) return refuse(response, 413, 'RequestTooLargeException', { Message: 'Request Entity Too Large' });

    const caller = fn.authType === 'NONE' ? undefined : admit(incoming, response, requestId);
    if (caller === 'refused') return;
    const traceId = newTraceHeader();
    response.setHeader('x-amzn-trace-id', traceId);
    const payload = JSON.stringify(toEvent(fn, incoming, caller, requestId, traceId));
    await answer(response, environments, { payload, requestId, invokedFunctionArn: fn.arn, traceId });
  }

  /** Whether IAM lets a request in; one that it does not is answered. */
  function admit(incoming: IncomingRequest, response: ServerResponse, requestId: string): PrincipalKey | 'refused' {
    const verification = access.authenticate(incoming);
    if (!verification.ok) {
      refuseSignature(response, verification.refusal);
      return 'refused';
    }
    const caller = verification.accessKey;
    const denied = URL_PERMISSIONS.map((question) => ({
      action: question.action,
      decision: access.authorize(caller, incoming, question),
    })).find(({ decision }) => !decision.allowed);
    trail.record({
      eventName: 'InvokeFunctionUrl',
      requestId,
      caller,
      incoming,
      functionArn: fn.arn,
      ...(denied && { denied }),
    });
    if (!denied) return caller;
    refuse(response, 403, 'AccessDeniedException', { Message: FORBIDDEN });
    return 'refused';
  }
  // A client that goes away while it sends gets no answer, and takes nobody else along.
  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

async function answer(response: ServerResponse, environments: Environments, invocation: Invocation): Promise<void> {
  let rest: BodyIterator | undefined;
  try {
    const { contentType, body } = await environments.invoke(invocation);
    if (contentType !== HTTP_INTEGRATION_CONTENT_TYPE) {
      response.writeHead(200, { 'content-type': contentType ?? 'application/octet-stream' });
      return await writeBody(limitSize(body), response);
    }
    const read = await readPrelude(body);
    // The runtime sends the prelude with the first write: without one, status and headers are lost.
    if (!read) return void response.writeHead(200).end();
    const { prelude } = read;
    rest = read.body;
    response.writeHead(prelude.statusCode, [
      ...Object.entries(prelude.headers).flatMap(([name, value]) =>
        CONNECTION_HEADERS.has(name.toLowerCase()) ? [] : [remap(name), value],
      ),
      ...prelude.cookies.flatMap((cookie) => ['set-cookie', cookie]),
    ]);
    response.flushHeaders();
    await writeBody(limitSize(rest), response);
  } catch (error) {
    await rest?.return();
    if (response.headersSent) response.destroy();
    else if (error instanceof TooManyRequestsError) refuse(response, 429, 'TooManyRequestsException', THROTTLED);
    else response.writeHead(502, { 'content-type': 'text/plain' }).end('Internal Server Error');
  }
}

const THROTTLED = { Reason: THROTTLE_REASON, Type: 'User', message: 'Rate Exceeded.' };

/** A function URL does not let these through under their own names. */
function remap(name: string): string {
  return name.toLowerCase() === 'www-authenticate' ? 'x-amzn-Remapped-www-authenticate' : name;
}

function refuse(response: ServerResponse, status: number, errorType: string, body: unknown): void {
  sendJson(response, status, body, { 'x-amzn-ErrorType': errorType });
}

/** To a request without a signature AWS says no more than to one without a permission. */
function refuseSignature(response: ServerResponse, { errorType, statusCode, message }: SignatureRefusal): void {
  if (errorType === 'MissingAuthenticationTokenException') {
    refuse(response, 403, 'AccessDeniedException', { Message: FORBIDDEN });
  } else refuse(response, statusCode, errorType, { message });
}

function toEvent(
  fn: LocalFunction,
  incoming: IncomingRequest,
  caller: PrincipalKey | undefined,
  requestId: string,
  traceId: string,
) {
  return requestToEvent(
    {
      ...incoming,
      headers: [
        ...incoming.headers,
        ['x-amzn-tls-cipher-suite', 'TLS_AES_128_GCM_SHA256'],
        ['x-amzn-tls-version', 'TLSv1.3'],
        ['x-amzn-trace-id', traceId],
        ['x-forwarded-for', incoming.sourceIp],
        ['x-forwarded-port', '443'],
        ['x-forwarded-proto', 'https'],
      ],
    },
    {
      requestId,
      accountId: fn.accountId,
      urlId: fn.urlId,
      domainName: functionUrlHost(fn.urlId, fn.region),
      sourceIp: incoming.sourceIp,
      time: new Date(),
      ...(caller && { iam: toAuthorizer(caller), withheldHeaders: WITHHELD_HEADERS }),
    },
  );
}

function toAuthorizer({ principal, accessKeyId }: PrincipalKey): IamAuthorizer {
  return {
    accessKey: accessKeyId,
    accountId: principal.accountId,
    callerId: callerId(principal),
    cognitoIdentity: null,
    principalOrgId: principal.organizationId ?? null,
    userArn: callerArn(principal),
    userId: callerId(principal),
  };
}
