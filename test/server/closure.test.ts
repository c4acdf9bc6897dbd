import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler, type LambdaContext } from 'lambda-mcp/server';
import { expect, it } from 'vitest';
import * as z from 'zod';
import type { CallRecord } from '../../wire/call-record.ts';
import { readResponse } from '../../wire/read-response.ts';
import { requestToEvent } from '../../wire/request-to-event.ts';
import { serve } from '../support/served.ts';

const CALLS = 50;
const ACCOUNT = '111122223333';
const records: CallRecord[] = [];
const held = { ms: z.number() };

const handler = createLambdaHandler(
  ({ caller, request, lambda }) => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool(`whoami`, { inputSchema: z.object(held) }, async ({ ms }) => {
      await delay(ms);
      const late = request.signal.aborted ? 'late' : 'in time';
      return { content: [{ type: 'text', text: `${caller?.arn} ${lambda?.awsRequestId} ${late}` }] };
    });
    return server;
  },
  { logger: (record) => records.push(record) },
);

/** One invocation among many in the same process, as Lambda Managed Instances have them. */
async function invoke(
  i: number,
  ofRuntime: object = {},
): Promise<{ readonly text: string; readonly caller: string | null }> {
  const requestId = `request-${i}`;
  const userArn = `arn:aws:iam::${ACCOUNT}:user/u${i}`;
  const body = {
    jsonrpc: '2.0',
    id: i,
    method: 'tools/call',
    params: { name: 'whoami', arguments: { ms: (i * 37) % 100 } },
  };
  const event = requestToEvent(
    {
      method: 'POST',
      target: '/',
      headers: Object.entries({ accept: 'application/json, text/event-stream', 'content-type': 'application/json' }),
      body: Buffer.from(JSON.stringify(body)),
    },
    {
      requestId,
      accountId: ACCOUNT,
      urlId: 'abc',
      domainName: 'abc.lambda-url.us-east-1.on.aws',
      sourceIp: '127.0.0.1',
      time: new Date(),
      iam: {
        accessKey: 'AKIA',
        accountId: ACCOUNT,
        callerId: '',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn,
        userId: '',
      },
    },
  );
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const context: LambdaContext = {
    awsRequestId: requestId,
    functionName: 'tools',
    functionVersion: '$LATEST',
    invokedFunctionArn: '',
    memoryLimitInMB: '512',
    logGroupName: '',
    logStreamName: '',
    xRayTraceId: `Root=1-${i};Parent=x;Sampled=1`,
    tenantId: `tenant-${i}`,
    // Every tenth has no time left for a tool that takes a while.
    getRemainingTimeInMillis: () => (i % 10 === 9 ? 500 : 60_000),
  };
  process.env._X_AMZN_TRACE_ID = `Root=1-of-another;Sampled=1`;
  await handler(event, Object.assign(stream, { setContentType() {} }), Object.assign(ofRuntime, context));
  async function* written() {
    yield* chunks;
  }
  const response = await readResponse(written());
  return { text: await response.text(), caller: response.headers.get('lambda-mcp-caller') };
}

it(`${CALLS} invocations at once in one process have each their own caller, trace, deadline and log line`, async () => {
  const answers = await Promise.all(Array.from({ length: CALLS }, (_, i) => invoke(i)));
  delete process.env._X_AMZN_TRACE_ID;
  for (const [i, { text, caller }] of answers.entries()) {
    expect(caller).toBe('verified');
    const isLate = i % 10 === 9;
    expect(text).toContain(isLate ? '-32001' : `arn:aws:iam::${ACCOUNT}:user/u${i} request-${i} in time`);
    const lines = records.filter(({ requestId }) => requestId === `request-${i}`);
    expect(lines).toMatchObject([
      {
        caller: `arn:aws:iam::${ACCOUNT}:user/u${i}`,
        traceId: `1-${i}`,
        tenantId: `tenant-${i}`,
        outcome: isLate ? 'timeout' : 'ok',
      },
    ]);
  }
  expect(records).toHaveLength(CALLS);
});

it('the trace of the process is that of its one invocation', async () => {
  process.env._X_AMZN_TRACE_ID = 'Root=1-alone;Sampled=1';
  await serve(handler, { method: 'ping' });
  delete process.env._X_AMZN_TRACE_ID;
  expect(records.at(-1)).toMatchObject({ traceId: '1-alone', tenantId: undefined, caller: 'unverified' });
});

it('an invocation ends with its answer, whatever the server holds open, in a runtime that would wait for it', async () => {
  const waiting = { callbackWaitsForEmptyEventLoop: true };
  await invoke(0, waiting);
  expect(waiting.callbackWaitsForEmptyEventLoop).toBe(false);
  const newer = {};
  await invoke(0, newer);
  expect(newer).not.toHaveProperty('callbackWaitsForEmptyEventLoop');
});
