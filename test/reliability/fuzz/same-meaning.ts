import type { SignedRequest } from '../../../local/sigv4/verify.ts';
import { splitTarget } from './change-byte.ts';

/**
 * Whether two requests that differ in a byte ask for the same all the same, by what HTTP and the SigV4 specification
 * leave open: `%2f` is `%2F`, `/a/./b` is `/a/b`, two spaces in a header are one, and names of headers have no case.
 */
export function sameMeaning(one: SignedRequest, other: SignedRequest): boolean {
  return JSON.stringify(meaning(one)) === JSON.stringify(meaning(other));
}

function meaning({ method, target, headers, body }: SignedRequest) {
  const [path, query = ''] = splitTarget(target);
  return [
    method,
    segments(path),
    pairs(query),
    headers.map(([name, value]) => [name.toLowerCase(), value.trim().replace(/[ \t\r\n]+/g, ' ')]),
    Buffer.from(body).toString('latin1'),
  ];
}

function segments(path: string): string[] {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return path.endsWith('/') && kept.length > 0 ? [...kept, ''] : kept;
}

function pairs(query: string): string[][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    })
    .sort();
}

function decode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => `\0${String.fromCharCode(Number.parseInt(hex, 16))}`)
    .replaceAll('\0', '');
}
