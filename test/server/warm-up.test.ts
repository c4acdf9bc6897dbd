import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../server/create-handler.ts';
import type { LambdaHandlerOptions } from '../../server/handler-options.ts';
import { warmUp } from '../../server/warm-up.ts';
import type { CallRecord } from '../../wire/call-record.ts';

const result = { jsonrpc: '2.0', id: 1, result: {} };

it('a warm-up takes a whole request through the handler, and logs nothing', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<CallRecord>();
  const write = vi.spyOn(process.stdout, 'write');
  const served: unknown[] = [];
  let given: LambdaHandlerOptions = {};
  warmUp((options) => {
    given = options;
    return createHandler(
      async ({ request, message, lambda }) => {
        served.push([request.method, request.url, Object.fromEntries(request.headers), message]);
        expect(lambda.getRemainingTimeInMillis()).toBeGreaterThan(10_000);
        return Response.json(result);
      },
      { ...options, logger: resolve },
    );
  });
  expect(await ended).toMatchObject({ requestId: '', functionName: '', method: 'ping', outcome: 'ok', status: 200 });
  const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  expect(served).toEqual([['POST', 'https://warm-up.invalid/', headers, { jsonrpc: '2.0', id: 1, method: 'ping' }]]);
  expect(given.logger?.({} as CallRecord)).toBeUndefined();
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
});

it('a warm-up that fails is nobody’s failure', async () => {
  warmUp(() => () => Promise.reject(new Error('not today')));
  await new Promise(setImmediate);
});

describe('a handler warms up when it is made', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each<[string, McpServer | McpServerV1, typeof createLambdaHandler]>([
    ['lambda-mcp/server', new McpServer({ name: 's', version: '1' }), createLambdaHandler],
    ['lambda-mcp/server/v1', new McpServerV1({ name: 's', version: '1' }), createV1Handler],
  ])('by %s, with a server of its own', async (_, { server }, create) => {
    const connect = vi.spyOn(Object.getPrototypeOf(server), 'connect');
    const factory = vi.fn();
    create(factory);
    await vi.waitFor(() => expect(connect).toHaveBeenCalled());
    expect(factory).not.toHaveBeenCalled();
  });

  it('by lambda-mcp/server/fetch, with an answer of its own', async () => {
    const json = vi.spyOn(Response, 'json');
    const fetch = vi.fn();
    createFetchHandler({ fetch });
    await vi.waitFor(() => expect(json.mock.calls).toEqual([[result]]));
    expect(fetch).not.toHaveBeenCalled();
  });
});
