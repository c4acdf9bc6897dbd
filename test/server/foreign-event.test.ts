import { Writable } from 'node:stream';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { describe, expect, it } from 'vitest';
import { standInContext } from '../../server/lambda-context.ts';
import type { CallRecord } from '../../wire/call-record.ts';

/** Sends a handler an event that is no HTTP request. */
async function send(event: unknown) {
  const records: CallRecord[] = [];
  const served: Request[] = [];
  const handler = createLambdaHandler(
    {
      fetch(request) {
        served.push(request);
        return Response.json({});
      },
    },
    { logger: (record) => records.push(record) },
  );
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const failed = await handler(event as never, Object.assign(stream, { setContentType() {} }), standInContext()).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failed, text: Buffer.concat(chunks).toString(), records, served };
}

describe('an event that is no request', () => {
  it.each([
    ['a schedule', { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }],
    ['a warm-up', { source: 'serverless-plugin-warmup' }],
    ['another warm-up', { warmer: true, concurrency: 3 }],
    ["the console's test event", { key1: 'value1', key2: 'value2', key3: 'value3' }],
    ['nothing', {}],
    ['null', null],
    ['a text', 'ping'],
  ])('is told so, and is no error: %s', async (_, event) => {
    const { failed, text, records, served } = await send(event);
    expect({ failed, records, served }).toEqual({ failed: undefined, records: [], served: [] });
    expect(JSON.parse(text).message).toContain('no HTTP request');
  });

  it('is answered as a load balancer takes it', async () => {
    const { failed, text, records } = await send({
      requestContext: {
        elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/mcp/1' },
      },
      httpMethod: 'POST',
      path: '/mcp',
      headers: {},
      body: '{}',
      isBase64Encoded: false,
    });
    expect({ failed, records }).toEqual({ failed: undefined, records: [] });
    expect(JSON.parse(text)).toMatchObject({ statusCode: 501, body: expect.stringContaining('1 MB') });
  });

  it.each([
    ['SQS', { Records: [{ messageId: '1', eventSource: 'aws:sqs', body: 'order' }] }],
    ['SNS', { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'order' } }] }],
    ['Kinesis', { Records: [{ eventSource: 'aws:kinesis', kinesis: { data: '' } }] }],
    ['DynamoDB', { Records: [{ eventSource: 'aws:dynamodb', dynamodb: {} }] }],
    ['Kafka', { eventSource: 'aws:kafka', records: { 'orders-0': [{ value: '' }] } }],
    ['self-managed Kafka', { eventSource: 'SelfManagedKafka', records: {} }],
    ['MQ', { eventSource: 'aws:mq', messages: [{ data: '' }] }],
    ['DocumentDB', { eventSource: 'aws:docdb', events: [] }],
  ])('fails where success would lose messages: %s', async (_, event) => {
    const { failed, text, served } = await send(event);
    expect(failed).toContain('none is lost');
    expect({ text, served }).toEqual({ text: '', served: [] });
  });
});
