import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Signer } from './signer.ts';

/** Signs by AWS's own packages alone, which is for where `node:crypto` is missing. A large body blocks meanwhile. */
export const portableSigner: Signer = {
  async digest(body) {
    const sha256 = new Sha256();
    sha256.update(body);
    return toHex(await sha256.digest());
  },
  async authorize({ method, url, headers, date }, scope, credentials) {
    const signer = new SignatureV4({ ...scope, credentials, sha256: Sha256 });
    const { protocol, hostname, pathname: path } = url;
    const signed = await signer.sign(
      { method, protocol, hostname, path, query: queryPairs(url), headers: Object.fromEntries(headers) },
      { signingDate: readDate(date) },
    );
    return signed.headers.authorization ?? '';
  },
};

function queryPairs(url: URL): Record<string, string | string[]> {
  const pairs: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of url.searchParams) {
    const earlier = pairs[name];
    pairs[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return pairs;
}

function readDate(date: string): Date {
  return new Date(date.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
