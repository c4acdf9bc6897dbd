import { type Answer, NOTIFICATION, newId, type Sending, send } from '../send.ts';
import type { Check, Target } from '../target.ts';

const MB = 1024 * 1024;

/** A call of the probe by a role that may use its URL. */
async function call(target: Target, probe: string, sending: Partial<Sending> = {}): Promise<Answer> {
  const { url, as } = target.probe;
  const query = { probe, ...sending.query };
  return send({ url, region: target.region, as: await as('url'), body: NOTIFICATION, ...sending, query });
}

/** What the function was told of such a call. */
async function event(target: Target, sending?: Partial<Sending>) {
  const { status, body } = await call(target, 'event', sending);
  if (status !== 200) throw new Error(`The probe was not reached: ${status} ${body}`);
  return JSON.parse(body);
}

const refused = ({ status, headers, body }: Answer) => ({ status, type: headers['x-amzn-errortype'], body });

const statusOf = (status: number): Check => ({
  what: `A ${status} without a body, written as one newline, keeps its status and headers and does not hang`,
  sure: 'report',
  expected: { status, header: 'yes', cut: false },
  async see(target) {
    const { status: seen, headers, cut } = await call(target, 'status', { query: { status: String(status) } });
    return { status: seen, header: headers['x-live'], cut };
  },
});

export const functionUrlChecks: readonly Check[] = [
  {
    what: 'requestContext.requestId equals the invocation’s awsRequestId',
    sure: 'open',
    expected: true,
    see: async (target) => (await event(target)).requestIdsAreEqual,
  },
  {
    what: 'userArn names a role’s session, without the role’s path',
    sure: 'doc',
    expected: true,
    see: async (target) => /^arn:aws[\w-]*:sts::\d{12}:assumed-role\/[^/]+\/[^/]+$/.test((await event(target)).userArn),
  },
  {
    what: 'Authorization is kept from the function, x-amz-security-token and x-amz-date are not',
    sure: 'report',
    expected: { authorization: false, 'x-amz-security-token': true, 'x-amz-date': true },
    async see(target) {
      const { headers } = await event(target);
      const names = ['authorization', 'x-amz-security-token', 'x-amz-date'];
      return Object.fromEntries(names.map((name) => [name, headers.includes(name)]));
    },
  },
  {
    what: 'The headers of a streamed response come before the first byte of its body, which is 2 s later',
    sure: 'open',
    expected: true,
    see: async (target) => (await call(target, 'late')).bodyLag > 1000,
  },
  ...[202, 204, 304].map(statusOf),
  {
    what: 'end() alone, after HttpResponseStream.from, loses the status',
    sure: 'report',
    expected: 200,
    see: async (target) => (await call(target, 'end alone')).status,
  },
  {
    what: 'A failure before the first byte is a 502',
    sure: 'report',
    expected: { status: 502, body: 'Internal Server Error' },
    async see(target) {
      const { status, body } = await call(target, 'throw');
      return { status, body };
    },
  },
  {
    what: 'A failure after the first byte leaves the status and cuts the stream',
    sure: 'open',
    expected: { status: 200, body: 'begun', cut: true },
    async see(target) {
      const { status, body, cut } = await call(target, 'cut');
      return { status, body, cut };
    },
  },
  {
    what: 'WWW-Authenticate comes out as x-amzn-Remapped-www-authenticate',
    sure: 'report',
    expected: { status: 401, own: false, remapped: true },
    async see(target) {
      const { status, headers } = await call(target, 'status', { query: { status: '401' } });
      const own = 'www-authenticate' in headers;
      return { status, own, remapped: 'x-amzn-remapped-www-authenticate' in headers };
    },
  },
  {
    what: 'A caller that goes away does not end the function',
    sure: 'doc',
    expected: true,
    async see(target) {
      const id = newId();
      await call(target, 'linger', { query: { id }, leave: true });
      return target.logs(`lingered ${id}`);
    },
  },
  {
    what: 'The 6 MB limit is of the request’s body: 6 MB − 1 KB of quotes, an event of 12 MB, are let in',
    sure: 'open',
    expected: 6 * MB - 1024,
    see: async (target) => (await event(target, { body: '"'.repeat(6 * MB - 1024) })).bodyBytes,
  },
  {
    what: 'A body of more than 6 MB is a 413',
    sure: 'open',
    expected: { status: 413, type: 'RequestTooLargeException', body: '{"Message":"Request Entity Too Large"}' },
    see: async (target) => refused(await call(target, 'event', { body: 'a'.repeat(6 * MB + 1) })),
  },
  {
    what: 'A throttled call is a 429',
    sure: 'open',
    expected: {
      status: 429,
      type: 'TooManyRequestsException',
      body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
    },
    see: async (target) =>
      refused(await call(target, 'event', { url: target.throttled.url, as: await target.throttled.as('url') })),
  },
  {
    what: 'The URL of no function is a 403 without a message',
    sure: 'report',
    awsOnly: 'the local Lambda has one URL only',
    expected: { status: 403, body: '{"Message":null}' },
    async see(target) {
      const url = target.probe.url.replace(/\/\/[^.]+\./, `//${'a'.repeat(32)}.`);
      const { status, body } = await call(target, 'event', { url });
      return { status, body };
    },
  },
];
