import { expect, it } from 'vitest';
import { readRefusal } from '../../transport/stages/refusal.ts';

const MINUTE = 60_000;
const refused = (body: string, { ahead = 0, type = '', status = 403 } = {}) =>
  new Response(body, {
    status,
    headers: { date: new Date(Date.now() + ahead).toUTCString(), ...(type && { 'x-amzn-errortype': type }) },
  });

it.each([
  ['ExpiredTokenException', ''],
  ['UnrecognizedClientException', ''],
  ['', '{"message":"The security token included in the request is expired"}'],
  ['', '{"message":"The security token included in the request is invalid."}'],
])('credentials are stale by %j %j', async (type, body) => {
  const response = refused(body, { type });
  expect(await readRefusal(response, 0)).toEqual({ credentialsStale: true, clockOffset: undefined });
  // It stays to be read by whoever asked.
  expect(await response.text()).toBe(body);
});

it.each(['Signature expired: 1', 'Signature not yet current: 1', 'RequestTimeTooSkewed', 'RequestExpired'])(
  'a clock is stale by %j, by what it is off',
  async (said) => {
    for (const minutes of [10, -10]) {
      const refusal = await readRefusal(refused(said, { ahead: minutes * MINUTE }), 0);
      expect(refusal?.credentialsStale).toBe(false);
      expect(Math.round((refusal?.clockOffset ?? 0) / MINUTE)).toBe(minutes);
    }
  },
);

it('a clock is not blamed when it is right, or was already set right', async () => {
  expect((await readRefusal(refused('Signature expired', { ahead: MINUTE }), 0))?.clockOffset).toBeUndefined();
  const known = await readRefusal(refused('Signature expired', { ahead: 10 * MINUTE }), 10 * MINUTE);
  expect(known?.clockOffset).toBeUndefined();
  const undated = new Response('Signature expired', { status: 403 });
  expect((await readRefusal(undated, 0))?.clockOffset).toBeUndefined();
});

it('any other 403 has neither, and no other status is read', async () => {
  expect(await readRefusal(refused('Forbidden', { ahead: 10 * MINUTE }), 0)).toEqual({
    credentialsStale: false,
    clockOffset: undefined,
  });
  expect(await readRefusal(refused('ExpiredToken', { status: 401 }), 0)).toBeUndefined();
});

it('a 403 that breaks off is what its headers say', async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
  const response = new Response(body, { status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException' } });
  expect(await readRefusal(response, 0)).toMatchObject({ credentialsStale: true });
});
