import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { credentials, scope } from './signing-contenders.ts';

/** That a request carries the body, and a signature of it and of the headers that it names. */
export async function assertSigned(name: string, request: Request | undefined, body: string): Promise<void> {
  assert(request, `${name} sent nothing.`);
  assert.equal(await request.clone().text(), body, `${name} sent another body.`);
  const { headers } = request;
  const authorization = headers.get('authorization') ?? '';
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const payloadHash = createHash('sha256').update(body).digest('hex');
  assert.equal(headers.get('x-amz-content-sha256') ?? payloadHash, payloadHash, `${name} sent another hash.`);
  const url = new URL(request.url);
  const signed = Object.fromEntries(
    names.map((each) => [each, each === 'host' ? url.host : (headers.get(each) ?? '')]),
  );
  const again = await new SignatureV4({ ...scope, credentials, sha256: Sha256, applyChecksum: false }).sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: signed,
      body,
    },
    { signingDate: dateOf(headers.get('x-amz-date') ?? ''), signableHeaders: new Set(names) },
  );
  const signature = (text: string) => /Signature=([0-9a-f]{64})$/.exec(text)?.[1];
  assert(signature(authorization), `${name} sent no signature.`);
  assert.equal(signature(authorization), signature(again.headers.authorization ?? ''), `${name}'s signature is wrong.`);
}

function dateOf(amzDate: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
