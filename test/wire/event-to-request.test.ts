import { describe, expect, it } from 'vitest';
import type { FunctionUrlEvent } from '../../wire/event.ts';
import { eventToRequest, InvalidEventError } from '../../wire/event-to-request.ts';

const requestContext = {
  requestId: 'r',
  domainName: 'abc.lambda-url.us-east-1.on.aws',
  http: { method: 'POST' },
};
const event = { version: '2.0', rawPath: '/p', rawQueryString: '', headers: {}, requestContext };
const read = (changes: object = {}) => eventToRequest({ ...event, ...changes } as unknown as FunctionUrlEvent);
const context = (changes: object) => ({ requestContext: { ...requestContext, ...changes } });

describe('an event is refused, and told what is wrong with it', () => {
  it.each<[object, RegExp]>([
    [{ version: '1.0' }, /`version` is not "2\.0"/],
    [{ version: 2 }, /`version`/],
    [{ rawPath: undefined }, /`rawPath` is not a string/],
    [{ rawPath: 'p' }, /`rawPath` does not begin with/],
    [{ rawQueryString: null }, /`rawQueryString` is not a string/],
    [{ headers: null }, /`headers` is not an object of strings/],
    [{ headers: ['a'] }, /`headers`/],
    [{ headers: { a: 'b', c: 1 } }, /`headers`/],
    [{ cookies: 'a=1' }, /`cookies` is not an array of strings/],
    [{ cookies: ['a=1', 2] }, /`cookies`/],
    [{ body: {} }, /`body` is not a string/],
    [{ requestContext: [] }, /`requestContext` is not an object/],
    [context({ requestId: 1 }), /`requestContext\.requestId` is not a string/],
    [context({ domainName: undefined }), /`requestContext\.domainName` is not a string/],
    [context({ http: 'POST' }), /`requestContext\.http` is not an object/],
    [context({ http: {} }), /`requestContext\.http\.method` is not a string/],
    [context({ domainName: 'no host' }), /does not describe an HTTP request/],
  ])('%j', (changes, told) => {
    expect(() => read(changes)).toThrow(InvalidEventError);
    expect(() => read(changes)).toThrow(told);
  });

  it('by an error with a name, and with what a Request had against it', () => {
    const refuse = (changes: object) => {
      try {
        return read(changes);
      } catch (error) {
        return error;
      }
    };
    expect(refuse({ version: '1.0' })).toMatchObject({ name: 'InvalidEventError' });
    expect(refuse(context({ domainName: 'no host' }))).toMatchObject({ cause: expect.any(TypeError) });
  });

  it.each([null, undefined, 'event', [event]])('%j', (given) => {
    expect(() => eventToRequest(given as never)).toThrow(/it is not an object|`version`/);
  });
});

describe('the request of an event', () => {
  it('has its path, and its query where there is one', () => {
    expect(read().request.url).toBe('https://abc.lambda-url.us-east-1.on.aws/p');
    expect(read({ rawQueryString: 'a=1&a=2' }).request.url).toBe('https://abc.lambda-url.us-east-1.on.aws/p?a=1&a=2');
  });

  it('has its cookies in a header, and no such header without any', () => {
    expect(read({ cookies: ['a=1', 'b=2'] }).request.headers.get('cookie')).toBe('a=1; b=2');
    for (const cookies of [undefined, null, []]) expect(read({ cookies }).request.headers.get('cookie')).toBeNull();
  });

  it.each<[string, object, string, number]>([
    ['a text', { body: 'grüße' }, 'grüße', 7],
    ['base64', { body: Buffer.from('grüße').toString('base64'), isBase64Encoded: true }, 'grüße', 7],
    ['a text that looks like base64', { body: 'YQ==', isBase64Encoded: false }, 'YQ==', 4],
    ['none', {}, '', 0],
    ['null', { body: null }, '', 0],
    ['base64 that is not UTF-8', { body: '/w==', isBase64Encoded: true }, '\ufffd', 1],
    ['none in base64', { body: null, isBase64Encoded: true }, '', 0],
    ['a text with a content type', { body: '{}', headers: { 'content-type': 'application/json' } }, '{}', 2],
  ])('has a body of %s', async (_, changes, text, size) => {
    const { request, ...known } = read(changes);
    expect(known).toEqual({ text, size });
    expect(await request.text()).toBe(text);
    const { headers = {} } = changes as { headers?: Record<string, string> };
    expect(Object.fromEntries(request.headers)).toEqual(headers);
    expect(request.body === null).toBe(size === 0);
  });

  it.each(['GET', 'HEAD'])('has none for %s, which may not have one', (method) => {
    const { request, text } = read({ ...context({ http: { method } }), body: 'x' });
    expect([request.method, request.body, text]).toEqual([method, null, 'x']);
  });

  it('ends with the signal that is given', () => {
    const controller = new AbortController();
    const { request } = eventToRequest(event as unknown as FunctionUrlEvent, controller.signal);
    controller.abort();
    expect(request.signal.aborted).toBe(true);
  });
});
