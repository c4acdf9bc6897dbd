import type { FunctionUrlEvent } from '../wire/event.ts';
import { eventToRequest, InvalidEventError, restApiEventToRequest } from '../wire/event-to-request.ts';
import { isRecord } from '../wire/json.ts';
import { REST_API_VARIABLE } from '../wire/rest-api.ts';
import { isRestApiEvent, type RestApiEvent } from '../wire/rest-api-event.ts';
import type { Incoming } from './answer-request.ts';
import { type CallerIdentity, identifyCaller, identifyRestApiCaller } from './caller.ts';
import type { LambdaContext } from './lambda-context.ts';

/** What is read of an event: the request, and who sent it. */
type ReadEvent = Pick<Incoming, 'read' | 'identify' | 'authorizer' | 'isOwnUrl'>;

/**
 * Reads events of function URLs, and those of REST APIs where the function's environment enables them: whoever may
 * invoke the function can write one, so that a function without such an API takes none.
 */
export function readEvents(
  callerIdentity: CallerIdentity,
): (event: FunctionUrlEvent | RestApiEvent, lambda: LambdaContext) => ReadEvent {
  const takesRestApi = ['enabled', 'only'].includes(globalThis.process?.env?.[REST_API_VARIABLE] ?? '');
  return (event, lambda) => {
    if (!isRestApiEvent(event)) {
      return {
        read: (signal) => eventToRequest(event, signal),
        identify: () => identifyCaller(event, lambda.awsRequestId, callerIdentity),
        isOwnUrl: () => event.requestContext.requestId === lambda.awsRequestId,
      };
    }
    if (!takesRestApi) return { read: refuse, identify: () => undefined };
    const { authorizer } = event.requestContext;
    return {
      read: (signal) => restApiEventToRequest(event, signal),
      identify: () => identifyRestApiCaller(event, callerIdentity),
      authorizer: () => (callerIdentity === 'api-gateway' && isRecord(authorizer) ? authorizer : undefined),
    };
  };
}

function refuse(): never {
  throw new InvalidEventError(
    'This function takes no events of API Gateway (payload format 1.0), because whoever may invoke it could write one. ' +
      `The construct McpRestApi enables them, or the environment variable ${REST_API_VARIABLE}=enabled.`,
  );
}
