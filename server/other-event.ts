import { isRecord } from '../wire/json.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';

/**
 * Answers an event that is no HTTP request of a function URL or an API: a load balancer's, a schedule's, one that keeps a
 * function warm, a test from the console. It is no call, so it leaves no line in the log and counts as no error.
 *
 * @returns undefined for what may be a request
 * @throws Error for records of a queue, stream or topic: success would tell their source that they were processed, and a
 * queue deletes them then
 */
export function answerOtherEvent(event: unknown): Response | undefined {
  if (!isRecord(event)) return toAnswer('a JSON value');
  if (hasRecords(event)) {
    throw new Error(
      'The event holds records of a queue, stream or topic, which an MCP server does not process. Remove the event source ' +
        'mapping or subscription from this function.',
    );
  }
  const { requestContext } = event;
  if (isRecord(requestContext)) {
    if (!('elb' in requestContext)) return undefined;
    return toAnswer(
      'an Application Load Balancer',
      'A load balancer holds a response back until it is whole, and ends one at 1 MB: use a function URL or a REST API, ' +
        'or run the server as a container behind the load balancer.',
    );
  }
  // An event that means to be a request is told what is wrong with it.
  if ('version' in event && 'rawPath' in event) return undefined;
  return toAnswer(
    'detail-type' in event || 'source' in event ? 'EventBridge, or what keeps a function warm' : 'a test',
  );
}

/** Source: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services". */
function hasRecords({ Records, records, eventSource }: Record<string, unknown>): boolean {
  return Array.isArray(Records) || Array.isArray(records) || isRecord(records) || typeof eventSource === 'string';
}

function toAnswer(source: string, advice = 'An MCP server is called through its function URL or REST API.'): Response {
  const message = `The event is no request to an MCP server; it looks like one of ${source}. ${advice}`;
  return errorResponse(400, { code: JsonRpcErrorCode.invalidRequest, message });
}
