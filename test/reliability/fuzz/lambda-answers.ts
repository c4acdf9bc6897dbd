import assert from 'node:assert/strict';

/** What the local function URL and the local Lambda API answer, and node:http for what is not HTTP. */
const STATUSES = new Set([200, 201, 202, 204, 400, 403, 404, 405, 406, 409, 412, 413, 415, 417, 429, 431, 500, 502]);

/** A raw answer: a documented status, and JSON where it says so, unless it is what a function returned. */
export function assertLambdaAnswer(raw: string, isPayload = false): void {
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(raw)?.[1]);
  if (status === 100) return;
  assert.ok(STATUSES.has(status), `status ${raw.slice(0, 30)}`);
  assert.ok(status !== 500 || !/Type"?: ?"?Service/.test(raw), `a fault of the local Lambda: ${raw.slice(-200)}`);
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (!isPayload && /content-type: application\/json/i.test(head) && length > 0) JSON.parse(body.slice(0, length));
}
