import type { RequestToSign } from './signer.ts';

/**
 * The text whose hash a signature covers, for every service but S3.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request", step 1.
 *
 * @param names of the signed headers, in order
 */
export function canonicalRequest(
  { method, url, headers, payloadHash }: RequestToSign,
  names: readonly string[],
): string {
  let lines = '';
  for (const name of names) lines += `${name}:${canonicalValue(headers.get(name) ?? '')}\n`;
  return `${method}\n${canonicalPath(url)}\n${canonicalQuery(url)}\n${lines}\n${names.join(';')}\n${payloadHash}`;
}

/** Without empty segments, and escaped as it stands: `%20` becomes `%2520`. `URL` has resolved the relative ones. */
function canonicalPath({ pathname }: URL): string {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const end = segments.length > 0 && pathname.endsWith('/') ? '/' : '';
  return `/${segments.map(escapeUri).join('/')}${end}`;
}

/** By name first and then by value: sorting the joined pairs would put `a-b=` before `a=`. */
function canonicalQuery({ search, searchParams }: URL): string {
  if (search === '') return '';
  return [...searchParams]
    .map(([name, value]) => [escapeUri(name), escapeUri(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map((pair) => pair.join('='))
    .join('&');
}

function canonicalValue(value: string): string {
  return value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

/** All but the characters that RFC 3986 calls unreserved. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
