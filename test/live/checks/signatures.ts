import { type Answer, NOTIFICATION, type Sending, send } from '../send.ts';
import type { Check, Target } from '../target.ts';

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const MINUTE = 60;

async function call(target: Target, sending: Partial<Sending> = {}): Promise<Answer> {
  const { url, as } = target.probe;
  const query = { probe: 'event', ...sending.query };
  return send({ url, region: target.region, as: await as('url'), body: NOTIFICATION, ...sending, query });
}

/** Status, and AWS's message up to what differs from call to call. */
async function told(target: Target, sending: Partial<Sending>) {
  const { status, headers, body } = await call(target, sending);
  if (status === 200) return { status };
  const { message, Message } = JSON.parse(body);
  return { status, type: headers['x-amzn-errortype'], message: String(message ?? Message).replace(/[:.] .*/s, '') };
}

const mismatch = { status: 403, type: 'InvalidSignatureException', message: MISMATCH.replace(/\. .*/, '') };
const expired = { status: 403, type: 'InvalidSignatureException', message: 'Signature expired' };
const unknownKey = {
  status: 403,
  type: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};

const skew = (seconds: number, expected: object): Check => ({
  what: `A signature of ${Math.abs(seconds)} s ${seconds < 0 ? 'ago' : 'ahead'} is ${'type' in expected ? 'refused' : 'accepted'}`,
  sure: 'open',
  expected,
  see: (target) => told(target, { clockAhead: seconds }),
});

export const signatureChecks: readonly Check[] = [
  {
    what: 'A wrong signature is a 403 with a lower-case `message`',
    sure: 'report',
    expected: { status: 403, type: 'InvalidSignatureException', body: JSON.stringify({ message: MISMATCH }) },
    async see(target) {
      const as = { ...(await target.probe.as('url')), secretAccessKey: 'wrong' };
      const { status, headers, body } = await call(target, { as });
      return { status, type: headers['x-amzn-errortype'], body };
    },
  },
  {
    what: 'A `+` in a query means a space, to the signature and to the function',
    sure: 'report',
    expected: { status: 200, q: 'a b' },
    async see(target) {
      const { status, body } = await call(target, {
        query: { q: 'a b' },
        meddle: (request) => {
          request.path = request.path.replace('a%20b', 'a+b');
        },
      });
      return status === 200 ? { status, q: JSON.parse(body).query.q } : { status, body };
    },
  },
  {
    what: 'An Authorization header without a signature is a 403 IncompleteSignatureException',
    sure: 'doc',
    expected: { status: 403, type: 'IncompleteSignatureException' },
    async see(target) {
      const { status, type } = await told(target, {
        meddle: ({ headers }) => {
          headers.authorization = headers.authorization?.replace(/, Signature=.*/, '') ?? '';
        },
      });
      return { status, type };
    },
  },
  {
    what: 'An x-amz-* header that is not signed is refused',
    sure: 'open',
    expected: { status: 403 },
    async see(target) {
      const { status } = await told(target, {
        meddle: ({ headers }) => {
          headers['x-amz-live'] = 'unsigned';
        },
      });
      return { status };
    },
  },
  {
    what: 'UNSIGNED-PAYLOAD gets the message of a wrong signature',
    sure: 'open',
    expected: mismatch,
    see: (target) => told(target, { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
  },
  {
    what: 'So does a hash that is not the body’s',
    sure: 'open',
    expected: mismatch,
    see: (target) => told(target, { headers: { 'x-amz-content-sha256': '0'.repeat(64) } }),
  },
  skew(-5 * MINUTE + 10, { status: 200 }),
  skew(-5 * MINUTE - 10, expired),
  skew(5 * MINUTE - 10, { status: 200 }),
  skew(5 * MINUTE + 10, { ...expired, message: 'Signature not yet current' }),
  {
    what: 'An unknown key whose signature has expired: the time is checked first',
    sure: 'open',
    expected: expired,
    see: (target) =>
      told(target, { as: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }, clockAhead: -10 * MINUTE }),
  },
  {
    what: 'An unknown key with a wrong signature: the key is checked first',
    sure: 'open',
    expected: unknownKey,
    see: (target) => told(target, { as: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } }),
  },
  {
    what: 'A wrong token with a wrong signature: the token is checked first',
    sure: 'open',
    expected: unknownKey,
    async see(target) {
      const as = { ...(await target.probe.as('url')), secretAccessKey: 'x', sessionToken: 'wrong' };
      return told(target, { as });
    },
  },
  {
    what: 'A presigned URL is refused',
    sure: 'open',
    expected: 403,
    see: async (target) => (await call(target, { presign: true })).status,
  },
];
