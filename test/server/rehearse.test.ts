import { expect, it, vi } from 'vitest';
import { createHandler } from '../../server/create-handler.ts';
import type { LambdaHandlerOptions } from '../../server/handler-options.ts';
import { rehearse } from '../../server/rehearse.ts';
import type { CallRecord } from '../../wire/call-record.ts';

const result = { jsonrpc: '2.0', id: 1, result: {} };

it('a rehearsal takes a whole request through the handler, and logs nothing', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<CallRecord>();
  const write = vi.spyOn(process.stdout, 'write');
  const served: unknown[] = [];
  let given: LambdaHandlerOptions = {};
  rehearse((options) => {
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
  expect(served).toEqual([['POST', 'https://rehearsal.invalid/', headers, { jsonrpc: '2.0', id: 1, method: 'ping' }]]);
  expect(given.logger?.({} as CallRecord)).toBeUndefined();
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
});

it('a rehearsal that fails is nobody’s failure', async () => {
  rehearse(() => () => Promise.reject(new Error('not today')));
  await new Promise(setImmediate);
});
