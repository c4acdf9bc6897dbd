import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import { type AccessKey, type SignedRequest, verifySigV4 } from '../../../local/sigv4/verify.ts';
import { anyText } from './arbitrary-json.ts';
import { type ByteChange, changeByte, PARTS } from './change-byte.ts';
import { startLoopback } from './loopback.ts';
import { sameMeaning } from './same-meaning.ts';
import type { Target } from './target.ts';

interface Case {
  readonly method: string;
  /** Path and query, as a caller writes them. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly changes: readonly ByteChange[];
}

const accessKey: AccessKey = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEBYaDH//+the-session-token=',
};
const scope = { region: 'us-east-1', service: 'lambda' };

const segment = fc.oneof(
  anyText,
  fc.constantFrom(
    '',
    '.',
    '..',
    '%2e',
    'a b',
    'a%20b',
    '%2F',
    '%',
    '%zz',
    '%ff',
    '+',
    "!'()*~",
    '$&,;:=@',
    'é',
    '世界',
  ),
);
const query = fc.oneof(segment, fc.constantFrom('a', 'A', 'a-b', 'X-Amz-Date', 'flag', '1', ''));
const target = fc
  .tuple(
    fc.array(segment.map(withoutDelimiters), { maxLength: 4 }),
    fc.array(fc.tuple(query.map(withoutDelimiters), fc.option(query.map(withoutDelimiters))), { maxLength: 4 }),
  )
  .map(([path, pairs]) => {
    const search = pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&');
    return `/${path.join('/')}${search === '' ? '' : `?${search}`}`;
  });
const value = fc.stringMatching(/^[\x20-\x7e\t]{0,20}$/);
const header = fc.oneof(
  fc.tuple(fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,10}$/), fc.oneof(value, fc.constant('caf\u00e9'))),
  fc.tuple(fc.constantFrom('content-type', 'mcp-method', 'cookie', 'te', 'referer', 'x-amz-foo', 'traceparent'), value),
);

export const signatures: Target<Case> = {
  name: 'signatures',
  title: 'any request signed, then a byte changed',
  cases: fc.record({
    method: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'M-SEARCH', 'post'),
    target,
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('', 'x'.repeat(100_000))),
    changes: fc.tuple(...PARTS.map((part) => fc.record({ part: fc.constant(part), at: fc.nat(), to: fc.nat(254) }))),
  }),
  async start() {
    const loopback = await startLoopback();
    const signed = sigv4Fetch({ credentials: accessKey, region: scope.region, stateless: false });
    return {
      async check({ method, target, headers, body, changes }) {
        const url = new URL(loopback.origin + target);
        if (hasUnsignableKey(url)) return assert.rejects(signed(url), { name: 'TargetError' });
        const hasBody = method !== 'GET';
        await signed(url, { method, headers: headers.map(([...pair]) => pair), ...(hasBody && { body }) });
        const request = loopback.last();
        assert.equal(judge(request), 'accepted', `${request.method} ${request.target}`);
        assert.deepEqual(
          [...new URL(loopback.origin + request.target).searchParams],
          [...url.searchParams],
          'another query',
        );
        for (const change of changes) {
          const changed = changeByte(request, change);
          if (!changed || sameMeaning(request, changed)) continue;
          assert.equal(judge(changed), 'refused', `a changed ${change.part} was accepted`);
        }
      },
      close: loopback.close,
    };
  },
};

function judge(request: SignedRequest): 'accepted' | 'refused' {
  const findAccessKey = (id: string) => (id === accessKey.accessKeyId ? accessKey : undefined);
  return verifySigV4(request, { ...scope, findAccessKey, now: new Date() }).ok ? 'accepted' : 'refused';
}

/** What the signer refuses, because no signature of it would hold. */
function hasUnsignableKey(url: URL): boolean {
  return [...url.searchParams.keys()].some((key) => /^(?:__proto__|x-amz-signature)$/i.test(key));
}

function withoutDelimiters(text: string): string {
  return text.replace(/[/?#&=\\]/g, '');
}
