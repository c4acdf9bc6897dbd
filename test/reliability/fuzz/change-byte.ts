import type { SignedRequest } from '../../../local/sigv4/verify.ts';

export const PARTS = ['method', 'path', 'query', 'header name', 'header value', 'signature', 'body'] as const;

/** One byte of one part of a request, somewhere, made another. */
export interface ByteChange {
  readonly part: (typeof PARTS)[number];
  readonly at: number;
  readonly to: number;
}

/** The request with one byte changed; undefined when the part is empty. */
export function changeByte(request: SignedRequest, { part, at, to }: ByteChange): SignedRequest | undefined {
  const [path = '', query] = splitTarget(request.target);
  switch (part) {
    case 'method':
      return withText(request.method, (method) => ({ ...request, method }));
    case 'path':
      return withText(path, (text) => ({ ...request, target: query === undefined ? text : `${text}?${query}` }));
    case 'query':
      return withText(query ?? '', (text) => ({ ...request, target: `${path}?${text}` }));
    case 'body':
      return withText(Buffer.from(request.body).toString('latin1'), (text) => ({
        ...request,
        body: Buffer.from(text, 'latin1'),
      }));
    default:
      return changeHeader(request);
  }

  function withText<T>(text: string, put: (text: string) => T): T | undefined {
    if (text === '') return undefined;
    const place = at % text.length;
    const byte = text.charCodeAt(place);
    return put(text.slice(0, place) + String.fromCharCode(to >= byte ? to + 1 : to) + text.slice(place + 1));
  }

  function changeHeader(given: SignedRequest): SignedRequest | undefined {
    const authorization = given.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    const name = part === 'signature' ? 'authorization' : names[at % names.length];
    const index = given.headers.findIndex(([one]) => one.toLowerCase() === name);
    const [sentName = '', value = ''] = given.headers[index] ?? [];
    const put = (header: readonly [string, string]) => ({ ...given, headers: given.headers.with(index, header) });
    if (part === 'header name') return withText(sentName, (text) => put([text, value]));
    if (part === 'header value') return withText(value, (text) => put([sentName, text]));
    const start = value.indexOf('Signature=') + 'Signature='.length;
    return withText(value.slice(start), (text) => put([sentName, value.slice(0, start) + text]));
  }
}

/** Path and query; undefined when there is no `?`. */
export function splitTarget(target: string): [path: string, query: string | undefined] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, undefined] : [target.slice(0, mark), target.slice(mark + 1)];
}
