import { McpServer } from '@modelcontextprotocol/server';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createLambdaHandler } from 'lambda-mcp/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../wire/call-record.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const PARENT = `00-${TRACE}-${SPAN}-01`;
const XRAY = '1-5759e988-bd862e3fe1be46a994272793';

const records: CallRecord[] = [];
const handler = createLambdaHandler(
  () => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool('look', {}, async () => {
      trace.getTracer('own').startSpan('query').end();
      return { content: [{ type: 'text', text: 'seen' }] };
    });
    server.registerTool('fail', {}, async () => ({ isError: true, content: [] }));
    return server;
  },
  { logger: (record) => records.push(record) },
);

async function call(name: string, meta: object = {}, headers: Record<string, string> = {}, xRayTraceId?: string) {
  const lambda = {
    ...{ awsRequestId: 'r1', functionName: 'f', functionVersion: '1', invokedFunctionArn: '', memoryLimitInMB: '128' },
    ...{ logGroupName: '', logStreamName: '', getRemainingTimeInMillis: () => 5000, xRayTraceId },
  };
  const request = new Request('http://localhost/', {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {}, _meta: meta } }),
  });
  await (await handler.fetch(request, { lambda })).text();
  return records.at(-1);
}

describe('the trace of a request, in its record', () => {
  const other = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;

  it.each([
    ['_meta', { traceparent: PARENT }, {}, { traceId: TRACE, spanId: SPAN }],
    ['_meta before the headers', { traceparent: PARENT }, { traceparent: other }, { traceId: TRACE, spanId: SPAN }],
    ['a header', {}, { traceparent: PARENT }, { traceId: TRACE, spanId: SPAN }],
    ['a later version', { traceparent: `cc-${TRACE}-${SPAN}-01-new` }, {}, { traceId: TRACE, spanId: SPAN }],
  ])('is read from %s', async (_, meta, headers, ids) => {
    expect(await call('look', meta, headers, `Root=${XRAY}`)).toMatchObject(ids);
  });

  it.each([
    ['nothing', undefined],
    ['no string', 7],
    ['ids of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['upper case', PARENT.toUpperCase()],
    ['more than there is in version 00', `${PARENT}-new`],
    ['a flag too long', `${PARENT}1`],
    ['two at once', `${PARENT}, ${other}`],
    ['a line break', `${PARENT}\n{"_aws":1}`],
  ])('is Lambda’s own where the request has %s', async (_, traceparent) => {
    const parent = 'Parent=53995c3f42cd8ad8';
    const record = await call('look', { traceparent }, {}, `Root=${XRAY};${parent};Sampled=1`);
    expect(record).toMatchObject({ traceId: XRAY, spanId: '53995c3f42cd8ad8' });
  });
});

describe('a process that traces', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => provider.register());
  beforeEach(() => exporter.reset());
  afterAll(() => provider.shutdown());

  it('has a span for each message, within the caller’s, around what the tool traces', async () => {
    await call('look', { traceparent: PARENT, tracestate: 'a=1' });
    const [inner, outer, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect(inner).toMatchObject({ name: 'query', parentSpanContext: { spanId: outer?.spanContext().spanId } });
    expect(outer).toMatchObject({
      name: 'tools/call look',
      kind: 1,
      parentSpanContext: { traceId: TRACE, spanId: SPAN },
      status: { code: 0 },
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'look',
        'faas.invocation_id': 'r1',
        'http.response.status_code': 200,
      },
    });
    expect(outer?.spanContext().traceState?.serialize()).toBe('a=1');
  });

  it('sees what became of it', async () => {
    await call('fail');
    expect(exporter.getFinishedSpans()).toMatchObject([
      { name: 'tools/call fail', status: { code: 2 }, attributes: { 'error.type': 'tool_error' } },
    ]);
  });

  it('sees nothing of the warm-up', async () => {
    createLambdaHandler(() => new McpServer({ name: 'a', version: '1' }), { logger() {} });
    await call('look');
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['query', 'tools/call look']);
  });
});
