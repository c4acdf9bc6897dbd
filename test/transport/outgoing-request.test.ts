import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RequestBodyError } from '../../transport/errors.ts';
import { bodyBytes, readOutgoingRequest } from '../../transport/outgoing-request.ts';

const url = 'https://a.example/path?b=c';

describe('what fetch is called with', () => {
  it.each<[string, Parameters<typeof fetch>]>([
    ['a text', [url]],
    ['a URL', [new URL(url)]],
    ['a Request', [new Request(url)]],
  ])('may be %s, and nothing more', async (_, given) => {
    const read = await readOutgoingRequest(...given);
    expect(read).toMatchObject({ method: 'GET', body: undefined, message: undefined, redirect: 'follow' });
    expect([read.url.href, [...read.headers]]).toEqual([url, []]);
  });

  it('counts before what a Request has', async () => {
    const { signal } = new AbortController();
    const request = new Request(url, { method: 'PUT', headers: { a: '1' }, body: 'of the Request', redirect: 'error' });
    const init = { method: 'post', headers: { b: '2' }, body: 'given', redirect: 'manual', signal } as const;
    const read = await readOutgoingRequest(request, init);
    expect(read).toMatchObject({ method: 'POST', body: 'given', redirect: 'manual' });
    expect([...read.headers]).toEqual([
      ['b', '2'],
      ['content-type', 'text/plain;charset=UTF-8'],
    ]);
    expect(read.signal).toBe(signal);
  });

  it('is what a Request has, where nothing more is given', async () => {
    const request = new Request(url, { method: 'PUT', headers: { a: '1' }, body: 'text', redirect: 'error' });
    const read = await readOutgoingRequest(request);
    expect(read).toMatchObject({ method: 'PUT', redirect: 'error', signal: request.signal });
    expect(Buffer.from(read.body as Uint8Array).toString()).toBe('text');
    expect(read.headers.get('a')).toBe('1');
  });

  it('goes on to the fetch beneath, what the Request was made with behind it', async () => {
    const own = {
      cache: 'no-store',
      credentials: 'omit',
      integrity: 'sha256-x',
      keepalive: true,
      mode: 'same-origin',
      referrer: 'about:client',
      referrerPolicy: 'no-referrer',
    } as const;
    const request = new Request(url, own);
    expect((await readOutgoingRequest(request)).rest).toEqual(own);
    const init: RequestInit = { cache: 'reload', window: null };
    expect((await readOutgoingRequest(request, init)).rest).toEqual({ ...own, ...init });
    expect((await readOutgoingRequest(url, init)).rest).toEqual(init);
    // As a service worker has it, which nobody may ask for. Another copy’s Request is one by its shape.
    const navigation = { ...own, url, headers: new Headers(), mode: 'navigate' } as unknown as Request;
    const { mode: _, ...rest } = own;
    expect((await readOutgoingRequest(navigation)).rest).toEqual(rest);
  });
});

describe('a body', () => {
  it.each<[string, () => NonNullable<RequestInit['body']>, string | null, string]>([
    ['a text', () => 'grüße', 'text/plain;charset=UTF-8', 'grüße'],
    ['bytes', () => new Uint8Array([104, 105]), null, 'hi'],
    ['a view of another kind', () => new DataView(new Uint8Array([104, 105]).buffer), null, 'hi'],
    ['an ArrayBuffer', () => new Uint8Array([104, 105]).buffer, null, 'hi'],
    ['a Blob', () => new Blob(['blob'], { type: 'a/b' }), 'a/b', 'blob'],
    ['fields', () => new URLSearchParams({ a: 'b' }), 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b'],
  ])('of %s is read whole, with the type that fetch would send', async (_, body, type, text) => {
    const read = await readOutgoingRequest(url, { method: 'POST', body: body() });
    expect(read.headers.get('content-type') ?? null).toBe(type);
    expect(Buffer.from(bodyBytes(read.body) ?? []).toString()).toBe(text);
    const typed = await readOutgoingRequest(url, { method: 'POST', body: body(), headers: { 'content-type': 'c/d' } });
    expect(typed.headers.get('content-type')).toBe('c/d');
  });

  it('of a form is read, files and all', async () => {
    const form = new FormData();
    form.append('file', new Blob(['contents']), 'name.txt');
    const read = await readOutgoingRequest(url, { method: 'POST', body: form });
    expect(read.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/);
    expect(Buffer.from(read.body as Uint8Array).toString()).toContain('contents');
  });

  it.each(['', new Uint8Array(), new Blob([])])('without a byte is none', async (body) => {
    const read = await readOutgoingRequest(url, { method: 'POST', body });
    expect([read.body, bodyBytes(read.body)]).toEqual([undefined, undefined]);
  });

  it.each<[string, () => unknown]>([
    ['a stream', () => new Blob(['x']).stream()],
    ['a polyfill’s stream', () => ({ getReader() {} })],
    ['a stream of Node', () => Readable.from(['x'])],
    ['a generator', () => (async function* () {})()],
  ])('that is %s cannot be signed', async (_, make) => {
    const reading = readOutgoingRequest(url, { method: 'POST', body: make() as ReadableStream });
    await expect(reading).rejects.toThrow(RequestBodyError);
  });
});
