import { describe, expect, it } from 'vitest';
import { requestToEvent, type WireRequest } from '../../wire/request-to-event.ts';

const origin = {
  requestId: 'r',
  accountId: '111122223333',
  urlId: 'abc',
  domainName: 'abc.lambda-url.us-east-1.on.aws',
  sourceIp: '192.0.2.1',
  time: new Date('2026-01-02T03:04:05Z'),
};
const toEvent = (request: Partial<WireRequest>, more: object = {}) =>
  requestToEvent({ method: 'POST', target: '/', headers: [], ...request }, { ...origin, ...more });
const typed = (type: string, body: string | Uint8Array) =>
  toEvent({ headers: [['content-type', type]], body: Buffer.from(body as string) });

describe('an event', () => {
  it('has no query, cookies or body where the request has none', () => {
    const event = toEvent({});
    expect(event.rawQueryString).toBe('');
    expect(event.isBase64Encoded).toBe(false);
    for (const absent of ['cookies', 'queryStringParameters', 'body']) expect(event).not.toHaveProperty(absent);
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event.requestContext.http.userAgent).toBe('');
    expect(toEvent({ body: new Uint8Array() })).toMatchObject({ isBase64Encoded: false });
  });

  it('has no query behind a bare question mark', () => {
    expect(toEvent({ target: '/p?' })).toMatchObject({ rawPath: '/p', rawQueryString: '' });
    expect(toEvent({ target: '/p?' })).not.toHaveProperty('queryStringParameters');
    expect(toEvent({ target: '?a=1' })).toMatchObject({ rawPath: '', rawQueryString: 'a=1' });
  });

  it('says who called, where AWS vouches for it', () => {
    const iam = { userArn: 'arn:aws:iam::111122223333:user/a' };
    expect(toEvent({}, { iam }).requestContext.authorizer).toEqual({ iam });
  });

  it('leaves out the headers that Lambda keeps', () => {
    const headers: [string, string][] = [
      ['X-Secret', '1'],
      ['X-Kept', '2'],
    ];
    expect(toEvent({ headers }, { withheldHeaders: new Set(['x-secret']) }).headers).toEqual({ 'x-kept': '2' });
  });

  it('has each cookie of each line on its own, and none that is empty', () => {
    const headers: [string, string][] = [
      ['cookie', 'a=1;; b=2 ;'],
      ['Cookie', 'c=3'],
    ];
    expect(toEvent({ headers }).cookies).toEqual(['a=1', 'b=2', 'c=3']);
    expect(toEvent({ headers: [['cookie', 'a=1']] }).cookies).toEqual(['a=1']);
    expect(toEvent({ headers: [['cookie', ' ; ']] })).not.toHaveProperty('cookies');
  });

  it('has headers and query keys of any name', () => {
    const event = toEvent({ target: '/?__proto__=1&__proto__=2', headers: [['__proto__', 'a']] });
    expect(Object.entries(event.headers)).toEqual([['__proto__', 'a']]);
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([['__proto__', '1,2']]);
  });

  it.each(['text/plain', 'TEXT/HTML', 'application/json;charset=utf-8', 'application/xml', 'application/javascript'])(
    'has a body of %s as text',
    (type) => {
      expect(typed(type, '\ufeffa')).toMatchObject({ body: '\ufeffa', isBase64Encoded: false });
    },
  );

  it.each(['application/jsonp', 'application/octet-stream', 'image/svg+xml', 'x-text/plain', 'x application/json'])(
    'has a body of %s in base64',
    (type) => {
      expect(typed(type, 'a')).toMatchObject({ body: 'YQ==', isBase64Encoded: true });
    },
  );

  it('has a body without a type in base64, and all of its bytes and no more', () => {
    const body = new Uint8Array([9, 97, 98, 9]).subarray(1, 3);
    expect(toEvent({ body })).toMatchObject({ body: 'YWI=', isBase64Encoded: true });
    expect(typed('text/plain', new Uint8Array([0xff]))).toMatchObject({ body: '/w==', isBase64Encoded: true });
  });
});
