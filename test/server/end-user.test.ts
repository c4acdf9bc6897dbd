import { describe, expect, it } from 'vitest';
import { callerPattern } from '../../server/caller.ts';
import type { Caller, CallRecord } from '../../server/handler-fetch.ts';
import { createLambdaHandler } from '../../server/handler-fetch.ts';

const GATEWAY = 'arn:aws:iam::111122223333:role/gateway';
const callerOf = (arn: string) => ({ arn, is: (pattern: string) => callerPattern(pattern)(arn) }) as Caller;
const delegates = { roles: [GATEWAY], header: 'X-End-User' };

async function called(caller: Caller | undefined, headers: Record<string, string>) {
  let record: CallRecord | undefined;
  let seen: string | undefined;
  const server = {
    fetch: async (_: Request, { endUser }: { endUser: string | undefined }) => {
      seen = endUser;
      return Response.json({ jsonrpc: '2.0', id: 1, result: {} });
    },
  };
  const handler = createLambdaHandler(server, {
    delegates,
    logger: (each) => {
      record = each;
    },
  });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const request = new Request('https://x.invalid/', { method: 'POST', body, headers });
  await (await handler.fetch(request, { caller })).text();
  return { seen, endUser: record?.endUser, endUserIgnored: record?.endUserIgnored };
}

describe('the end user', () => {
  it('is whom a delegate names', async () => {
    const seen = await called(callerOf(GATEWAY), { 'x-end-user': 'ada@example.com' });
    expect(seen).toEqual({ seen: 'ada@example.com', endUser: 'ada@example.com', endUserIgnored: undefined });
    expect(await called(callerOf(GATEWAY), {})).toEqual({});
  });

  it.each([
    ['somebody else', callerOf('arn:aws:iam::111122223333:role/agent')],
    ['a role of that name in another account', callerOf('arn:aws:iam::444455556666:role/gateway')],
    ['a caller whom nobody proves', undefined],
  ])('is nobody where %s names one, and that is logged', async (_, caller) => {
    expect(await called(caller, { 'x-end-user': 'ada@example.com' })).toEqual({ endUserIgnored: true });
  });

  it('is nobody of endless name', async () => {
    expect(await called(callerOf(GATEWAY), { 'x-end-user': 'a'.repeat(257) })).toEqual({ endUserIgnored: true });
  });

  it.each([
    { roles: ['gateway'], header: 'x-end-user' },
    { roles: [GATEWAY], header: 'no header' },
  ])('needs delegates that can be', (wrong) => {
    const server = { fetch: async () => new Response() };
    expect(() => createLambdaHandler(server, { delegates: wrong })).toThrow(TypeError);
  });
});
