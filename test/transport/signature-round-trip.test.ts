import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { canonicalRequest } from '../../local/sigv4/canonical-request.ts';
import { type AccessKey, type SignedRequest, verifySigV4 } from '../../local/sigv4/verify.ts';
import { createNodeSigner } from '../../transport/signing/node-signer.ts';
import { portableSigner } from '../../transport/signing/portable-signer.ts';
import { signRequest } from '../../transport/signing/sign-request.ts';
import type { Signer } from '../../transport/signing/signer.ts';
import { changeByte, PARTS } from '../reliability/fuzz/change-byte.ts';
import { runTarget } from '../reliability/fuzz/run-target.ts';
import { sameMeaning } from '../reliability/fuzz/same-meaning.ts';
import { signatures } from '../reliability/fuzz/signatures.ts';

interface Scope {
  readonly service: string;
  readonly region: string;
}

interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** The request as it would stand on the wire. */
async function sign(
  unsigned: Unsigned,
  scope: Scope,
  key: AccessKey,
  time: Date,
  signer?: Signer,
): Promise<SignedRequest> {
  const { method } = unsigned;
  const body = new Uint8Array(Buffer.from(unsigned.body));
  const { url, headers } = await signRequest(unsigned, scope, key, time, signer);
  return { method, target: `${url.pathname}${url.search}`, headers: [['host', url.host], ...headers], body };
}

const nodeSigner = createNodeSigner() as Signer;
const SIGNERS = { 'by node:crypto': nodeSigner, 'by AWS’s packages': portableSigner };

function isAccepted(request: SignedRequest, scope: Scope, key: AccessKey, now: Date): boolean {
  return verifySigV4(request, { ...scope, findAccessKey: (id) => (id === key.accessKeyId ? key : undefined), now }).ok;
}

const headerOf = ({ headers }: SignedRequest, name: string) => headers.find(([given]) => given === name)?.[1] ?? '';

describe.each(Object.entries(SIGNERS))('AWS’s published cases, signed %s', (_, signer) => {
  const suite = readVectors<Scope & AccessKey & { cases: PublishedCase[] }>('aws-sigv4-cases.json');
  interface PublishedCase {
    readonly name: string;
    readonly request: string;
    readonly canonicalRequest: string;
  }
  /** What fetch cannot send: it joins repeated headers by a comma and a space, and escapes what is raw in a path. */
  const UNSENDABLE = new Set([
    ...['get-header-key-duplicate', 'get-header-value-multiline', 'get-header-value-order'],
    ...['get-space', 'get-utf8'],
  ]);
  const time = new Date('2015-08-30T12:36:00Z');

  // The payload's hash goes along as a header of its own, so that the signature is another than the published one.
  it.each(suite.cases.filter(({ name }) => !UNSENDABLE.has(name)))('$name', async (published) => {
    const [head = '', body = ''] = published.request.split('\n\n');
    const [requestLine = '', ...lines] = head.split('\n');
    const [method = '', target = ''] = requestLine.split(' ');
    const pairs = lines.map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)]);
    const given = new Headers(pairs);
    const sessionToken = given.get('x-amz-security-token');
    const { region, service, accessKeyId, secretAccessKey } = suite;
    const key = { accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) };
    const url = new URL(`https://${given.get('host')}${target}`);
    const unsigned = { method, url, headers: withoutHost(given), body };
    const request = await sign(unsigned, { region, service }, key, time, signer);
    expect(isAccepted(request, { region, service }, key, time)).toBe(true);
    const signedHeaders = published.canonicalRequest.split('\n').at(-2)?.split(';') ?? [];
    expect(canonicalRequest(request, signedHeaders)).toBe(published.canonicalRequest);
  });

  function withoutHost(headers: Headers): Headers {
    headers.delete('host');
    return headers;
  }
});

describe.each(Object.entries(SIGNERS))('requests that botocore signed, signed %s', (_, signer) => {
  interface Vector extends Scope {
    readonly name: string;
    readonly key: 'user' | 'session';
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly authorization: string;
  }
  interface Vectors {
    readonly time: string;
    readonly keys: Record<string, { accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;
    readonly vectors: Vector[];
  }
  const { time, keys, vectors } = readVectors<Vectors>('botocore-sigv4.json');
  const [, year, month, day, hour] = /^(\d{4})(\d\d)(\d\d)T(\d\d)/.exec(time) ?? [];
  const now = new Date(`${year}-${month}-${day}T${hour}:00:00Z`);

  it.each(vectors)('$name', async ({ key: name, authorization, service, region, ...vector }) => {
    const { sessionToken, ...lasting } = keys[name] ?? { accessKeyId: '', secretAccessKey: '', sessionToken: null };
    const key = { ...lasting, ...(sessionToken !== null && { sessionToken }) };
    const unsigned = { ...vector, url: new URL(vector.url), headers: new Headers(vector.headers) };
    const request = await sign(unsigned, { service, region }, key, now, signer);
    expect(headerOf(request, 'authorization')).toBe(authorization);
    expect(isAccepted(request, { service, region }, key, now)).toBe(true);
  });
});

describe('any request', () => {
  const scope = { service: 'lambda', region: 'us-east-1' };

  it('is signed alike by both signers, and the signature holds', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', 'a b', '%2F', '+', "!'()*~"),
    );
    const headerName = fc.oneof(
      fc.stringMatching(/^x-[a-z0-9-]{1,8}$/),
      fc.constantFrom(
        'content-type',
        'accept',
        'te',
        'referer',
        'sec-x',
        'proxy-x',
        'date',
        'host',
        'x-amz-date',
        '__proto__',
      ),
    );
    const request = fc.record({
      method: fc.constantFrom('POST', 'GET', 'PATCH'),
      path: fc.array(text, { maxLength: 4 }),
      query: fc.array(fc.tuple(text, text), { maxLength: 4 }),
      headers: fc.array(fc.tuple(headerName, fc.stringMatching(/^[\x20-\x7e\t\xe9]{0,12}$/)), { maxLength: 5 }),
      body: fc.string({ unit: 'binary' }),
      sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,20}$/), { nil: undefined }),
      secretAccessKey: fc.constantFrom('secret', 'another'),
    });
    const property = fc.asyncProperty(
      request,
      async ({ method, path, query, headers, body, sessionToken, ...rest }) => {
        // No signature covers these; they are refused.
        fc.pre(query.every(([name]) => !/^(?:__proto__|x-amz-signature)$/i.test(name)));
        const url = new URL('https://example.com/');
        url.pathname = `/${path.map((part) => encodeURIComponent(part)).join('/')}`;
        for (const [name, value] of query) url.searchParams.append(name, value);
        const key = {
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          ...rest,
          ...(sessionToken !== undefined && { sessionToken }),
        };
        const now = new Date();
        const unsigned = { method, url, headers: new Headers(headers), body };
        const signed = await sign(unsigned, scope, key, now, nodeSigner);
        expect(await sign(unsigned, scope, key, now, portableSigner)).toEqual(signed);
        expect(isAccepted(signed, scope, key, now)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it.each(['a\ud800b', '\udfff', 'a', 'é', '—', '😀'])(
    'of %j at any length has the hash of what fetch sends',
    async (unit) => {
      for (const length of [1, 2, 100, 32 * 1024 - 1, 1024 * 1024 + 1, 1024 * 1024 + 2]) {
        const body = `${'x'.repeat(length % 7)}${unit.repeat(Math.ceil(length / unit.length))}`;
        const bytes = Buffer.from(await new Response(body).arrayBuffer());
        expect(await nodeSigner.digest(body)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }
    },
  );

  it('is signed alike where node:crypto is missing, or is too old', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
    const unsigned = { method: 'POST', url: new URL('https://example.com/'), headers: new Headers(), body: 'x' };
    const now = new Date();
    const expected = await signRequest(unsigned, scope, key, now, nodeSigner);
    const { getBuiltinModule } = process;
    for (const missing of [undefined, {}]) {
      vi.resetModules();
      vi.spyOn(process, 'getBuiltinModule').mockImplementation(((id: string) =>
        id === 'node:crypto' ? missing : getBuiltinModule(id)) as typeof getBuiltinModule);
      const fresh = await import('../../transport/signing/sign-request.ts');
      // Twice: what was loaded is kept.
      for (let time = 0; time < 2; time += 1) {
        expect(await fresh.signRequest(unsigned, scope, key, now)).toEqual(expected);
      }
      vi.restoreAllMocks();
    }
  });

  it('is signed with the key of its own day, scope and secret', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'one' };
    const unsigned = { method: 'GET', url: new URL('https://example.com/'), headers: new Headers(), body: '' };
    const days = ['2026-01-01T23:59:59Z', '2026-01-02T00:00:01Z', '2026-01-01T23:59:59Z'];
    for (const secretAccessKey of ['one', 'two', 'one']) {
      // The same object, with another secret in it.
      key.secretAccessKey = secretAccessKey;
      for (const day of days) {
        for (const each of [scope, { service: 'execute-api', region: 'eu-west-1' }]) {
          const now = new Date(day);
          expect(isAccepted(await sign(unsigned, each, key, now, nodeSigner), each, key, now)).toBe(true);
        }
      }
    }
  });

  it('signed by sigv4Fetch is accepted, and with a byte changed it is refused', async () => {
    const { broken } = await runTarget(signatures, [], { runs: 300, seed: 20261125 });
    expect(broken).toBeUndefined();
  });

  it('is refused with any byte changed, wherever it is', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
    const now = new Date();
    const headers = new Headers({ 'content-type': 'application/json', 'mcp-method': 'tools/call', 'x-note': 'a b' });
    const url = new URL('https://example.com/mcp/%C3%A9?a=1&b=x%20y&a=2');
    const request = await sign({ method: 'POST', url, headers, body: '{"id":1}' }, scope, key, now);
    expect(isAccepted(request, scope, key, now)).toBe(true);
    for (const part of PARTS) {
      for (let at = 0; at < 400; at += 1) {
        for (const to of [0, 0x41, 0xfe]) {
          const changed = changeByte(request, { part, at, to });
          if (!changed || sameMeaning(request, changed)) continue;
          expect(isAccepted(changed, scope, key, now), `${part} at ${at} to ${to}`).toBe(false);
        }
      }
    }
  });
});

function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
}
