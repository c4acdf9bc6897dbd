import { readFunctionName } from '../../wire/aws/function-name.ts';
import type { FunctionUrlEvent } from '../../wire/event.ts';
import { requestToEvent } from '../../wire/request-to-event.ts';
import { bodyBytes, type OutgoingRequest } from '../outgoing-request.ts';

/** The event that the function's URL would have made; its origin is unknown to the caller and believed by nobody. */
export function toEvent(request: OutgoingRequest, functionName: string): FunctionUrlEvent {
  return requestToEvent(
    {
      method: request.method,
      target: `${request.url.pathname}${request.url.search}`,
      headers: request.headers,
      body: bodyBytes(request.body),
    },
    {
      requestId: crypto.randomUUID(),
      accountId: readFunctionName(functionName)?.accountId ?? '000000000000',
      urlId: 'invoke',
      domainName: request.url.host,
      sourceIp: '127.0.0.1',
      time: new Date(),
    },
  );
}
