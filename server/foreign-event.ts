import { asRecord, isRecord } from '../wire/json.ts';
import type { LambdaResponseStream } from '../wire/response-stream.ts';

/**
 * Answers an event that is no HTTP request of a function URL or of API Gateway: it came by a mistake, or to keep the
 * function warm. It is told so, without a line of the log, since nobody called: what it counts as an error is one.
 *
 * @returns whether the event was such a one
 * @throws {Error} for messages of a queue or a stream, which Lambda deletes, or passes over, once the function succeeds
 *
 * Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon SQS" and its siblings, "Using AWS Lambda with an
 * Application Load Balancer".
 */
export function answerForeignEvent(given: unknown, stream: LambdaResponseStream): boolean {
  const event = asRecord(given);
  const { requestContext } = event;
  if (carriesMessages(event)) {
    throw new Error(
      'This function is an MCP server, and was sent messages of a queue, topic or stream. They are refused, not taken, so ' +
        'that none is lost. Remove the trigger, or give these messages a function of their own.',
    );
  }
  const isFromLoadBalancer = isRecord(requestContext) && isRecord(requestContext.elb);
  // One that is a request, but a damaged one, gets the answer that says what is wrong with it.
  const isHttp = ['rawPath', 'httpMethod', 'requestContext'].some((name) => name in event);
  if (!isFromLoadBalancer && isHttp) return false;
  stream.setContentType('application/json');
  stream.end(JSON.stringify(isFromLoadBalancer ? FOR_LOAD_BALANCER : FOR_OTHERS));
  return true;
}

/** SQS, SNS, S3, Kinesis, DynamoDB: `Records`. Kafka: `records`, MQ: `messages`, DocumentDB: `events`, each with a source. */
function carriesMessages({ Records, records, eventSource }: Record<string, unknown>): boolean {
  return Array.isArray(Records) || isRecord(records) || (typeof eventSource === 'string' && eventSource !== '');
}

/** As a load balancer takes it from a function. */
const FOR_LOAD_BALANCER = {
  statusCode: 501,
  statusDescription: '501 Not Implemented',
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  isBase64Encoded: false,
  body:
    'This function is an MCP server. A load balancer in front of a function streams nothing and takes 1 MB at most: call ' +
    'the function by its URL, or put the load balancer in front of a container that runs lambda-mcp serve.\n',
};

const FOR_OTHERS = {
  message:
    'This function is an MCP server, and this event is no HTTP request: nothing was done. Call it through its function ' +
    'URL, or with the lambda-mcp command.',
};
