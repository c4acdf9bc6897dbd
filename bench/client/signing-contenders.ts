import { createHmac, hash } from 'node:crypto';
import { createSigV4Fetch } from '@aws/run-mcp-servers-with-aws-lambda';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsClient } from 'aws4fetch';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { Row } from '../section.ts';

export const credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: `FwoGZXIvYXdzEBYaD${'H3o5Vq2T'.repeat(60)}==`,
};
export const scope = { region: 'us-east-1', service: 'lambda' };

export interface SigningContender extends Pick<Row, 'name' | 'role'> {
  /** Whose signal each of its requests has, as an SDK's transport does it. */
  readonly transport: AbortController;
  /** Sends by `globalThis.fetch`. */
  readonly fetch: (
    url: URL,
    init: RequestInit & { readonly body: string; readonly headers: Headers },
  ) => Promise<Response>;
}

/** What a program does that has read how SigV4 is done with AWS's own packages. */
function smithyFetch(): SigningContender['fetch'] {
  const signer = new SignatureV4({ ...scope, credentials, sha256: Sha256 });
  return async (url, init) => {
    const signed = await signer.sign({
      method: init.method ?? 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(init.headers), host: url.host },
      body: init.body,
    });
    return fetch(url, { ...init, headers: signed.headers });
  };
}

/** No signature, but what none can do without: the body's hash, and an HMAC of it. */
function leastFetch(): SigningContender['fetch'] {
  const key = Buffer.alloc(32, 1);
  return async (url, init) => {
    const signature = createHmac('sha256', key).update(hash('sha256', init.body)).digest('hex');
    init.headers.set('authorization', signature);
    return fetch(url, init);
  };
}

/** A transport each: what one of them leaves on its signal is not to slow the others. */
export const SIGNING_CONTENDERS: readonly SigningContender[] = contenders().map((contender) => ({
  ...contender,
  transport: new AbortController(),
}));

function contenders(): readonly Omit<SigningContender, 'transport'>[] {
  return [
    { name: 'lambda-mcp `sigv4Fetch`', role: 'ours', fetch: sigv4Fetch({ credentials }) },
    {
      name: 'awslabs `createSigV4Fetch`',
      role: 'peer',
      fetch: createSigV4Fetch({ ...scope, credentials, baseFetch: (url, init) => fetch(url, init) }),
    },
    { name: 'aws4fetch', role: 'peer', fetch: withAws4fetch() },
    { name: '`@smithy/signature-v4` with `sha256-js`', role: 'peer', fetch: smithyFetch() },
    { name: 'one hash, one HMAC', role: 'floor', fetch: leastFetch() },
  ];
}

function withAws4fetch(): SigningContender['fetch'] {
  const client = new AwsClient({ ...scope, ...credentials, retries: 0 });
  return (url, init) => client.fetch(url, init);
}
