import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventToRequest, InvalidEventError } from '../../wire/event-to-request.ts';
import { InvalidPreludeError, readPrelude, readResponse } from '../../wire/read-response.ts';
import { requestToEvent, type WireRequest } from '../../wire/request-to-event.ts';
import type { LambdaResponseStream } from '../../wire/response-stream.ts';
import { writeResponse } from '../../wire/write-response.ts';

const origin = {
  requestId: '0b2ee4a1-0000-4000-8000-000000000000',
  accountId: '111122223333',
  urlId: 'abc',
  domainName: 'abc.lambda-url.us-east-1.on.aws',
  sourceIp: '192.0.2.1',
  time: new Date('2020-03-12T19:03:58Z'),
};

function toEvent(request: Partial<WireRequest>) {
  // Through JSON, as Lambda hands it over.
  return JSON.parse(
    JSON.stringify(requestToEvent({ method: 'POST', target: '/', headers: [], ...request }, origin)),
  ) as ReturnType<typeof requestToEvent>;
}

describe('a request as an event', () => {
  it('is what AWS documents for payload format 2.0', () => {
    const event = toEvent({
      target: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
      headers: [
        ['Header1', 'value1'],
        ['Header2', 'value1'],
        ['Header2', 'value2'],
        ['Cookie', 'cookie1=a; cookie2=b'],
        ['User-Agent', 'agent'],
        ['Content-Type', 'text/plain'],
      ],
      body: Buffer.from('Hello from client!'),
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/path',
      rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
      cookies: ['cookie1=a', 'cookie2=b'],
      headers: { header1: 'value1', header2: 'value1,value2', 'user-agent': 'agent', 'content-type': 'text/plain' },
      queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
      requestContext: {
        accountId: '111122223333',
        apiId: 'abc',
        authentication: null,
        domainName: 'abc.lambda-url.us-east-1.on.aws',
        domainPrefix: 'abc',
        http: { method: 'POST', path: '/my/path', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
        requestId: '0b2ee4a1-0000-4000-8000-000000000000',
        routeKey: '$default',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838000,
      },
      body: 'Hello from client!',
      isBase64Encoded: false,
    });
  });

  it('has no body when the request has none', () => {
    expect(toEvent({ body: new Uint8Array() })).not.toHaveProperty('body');
  });

  it.each([
    ['application/json', Buffer.from('{"ü":1}'), false],
    ['application/json; charset=utf-8', Buffer.from('{}'), false],
    ['application/vnd.api+json', Buffer.from('{}'), false],
    ['application/json', Buffer.from([0xff, 0xfe]), true],
    ['application/octet-stream', Buffer.from('text'), true],
    ['image/png', Buffer.from([0x89, 0x50]), true],
  ])('carries a body of %s whole', async (contentType, body, base64) => {
    const event = toEvent({ headers: [['content-type', contentType]], body });
    expect(event.isBase64Encoded).toBe(base64);
    expect(Buffer.from(await eventToRequest(event).request.arrayBuffer())).toEqual(body);
  });

  it('comes back as the request it was', async () => {
    const headerName = fc.stringMatching(/^x-[a-z][a-z0-9-]{0,10}$/);
    const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    await fc.assert(
      fc.asyncProperty(
        fc.webPath(),
        fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 }),
        fc.uniqueArray(fc.tuple(headerName, headerValue), { selector: ([name]) => name, maxLength: 4 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('application/json', 'application/octet-stream'),
        async (path, query, headers, body, contentType) => {
          const search = query.length > 0 ? `?${new URLSearchParams(query)}` : '';
          const target = `/${path.replace(/^\/*/, '')}${search}`;
          const { request } = eventToRequest(
            toEvent({ target, headers: [...headers, ['content-type', contentType]], body }),
          );
          const url = new URL(target, 'https://abc.lambda-url.us-east-1.on.aws');
          expect(request.url).toBe(url.href);
          expect(new URL(request.url).searchParams.getAll('a')).toEqual(url.searchParams.getAll('a'));
          for (const [name, value] of headers) expect(request.headers.get(name)).toBe(value);
          expect(new Uint8Array(await request.arrayBuffer())).toEqual(new Uint8Array(body));
        },
      ),
    );
  });

  it('keeps cookies', () => {
    const event = toEvent({ headers: [['cookie', 'a=1; b=2']] });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(eventToRequest(event).request.headers.get('cookie')).toBe('a=1; b=2');
  });

  it.each([
    ['null', null],
    ['a string', 'event'],
    ['another payload version', { ...toEvent({}), version: '1.0' }],
    ['no request context', { ...toEvent({}), requestContext: undefined }],
    ['a header that is no string', { ...toEvent({}), headers: { a: 1 } }],
    ['a header that is no header', { ...toEvent({}), headers: { 'a\nb': 'c' } }],
    ['a path that is none', { ...toEvent({}), rawPath: 'evil.example/' }],
    ['a method that is none', { ...toEvent({}), requestContext: { ...toEvent({}).requestContext, http: {} } }],
  ])('is refused when it is %s', (_, event) => {
    expect(() => eventToRequest(event as never)).toThrow(InvalidEventError);
  });
});

/** A response stream as Lambda's runtime has it, keeping what was written. */
function lambdaStream(options?: ConstructorParameters<typeof PassThrough>[0]) {
  const contentTypes: string[] = [];
  const stream = Object.assign(new PassThrough(options), {
    setContentType: (contentType: string) => contentTypes.push(contentType),
  }) as unknown as LambdaResponseStream & PassThrough;
  return { stream, contentTypes };
}

async function written(response: Response): Promise<Buffer> {
  const { stream } = lambdaStream();
  const chunks = stream.toArray();
  await writeResponse(response, stream);
  return Buffer.concat(await chunks);
}

async function* splitAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array, void> {
  let from = 0;
  for (const cut of [...cuts, bytes.byteLength].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

describe('a response as a stream', () => {
  it('is a prelude, eight NUL bytes and the body', async () => {
    const headers = new Headers({ 'content-type': 'text/plain', 'content-length': '5' });
    headers.append('set-cookie', 'a=1; Path=/');
    headers.append('set-cookie', 'b=2');
    const bytes = await written(new Response('hello', { status: 201, headers }));
    const delimiter = bytes.indexOf(Buffer.alloc(8));
    expect(JSON.parse(bytes.subarray(0, delimiter).toString())).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain' },
      cookies: ['a=1; Path=/', 'b=2'],
    });
    expect(bytes.subarray(delimiter + 8).toString()).toBe('hello');
  });

  it('announces the prelude by its content type', async () => {
    const { stream, contentTypes } = lambdaStream();
    stream.resume();
    await writeResponse(new Response('x'), stream);
    expect(contentTypes).toEqual(['application/vnd.awslambda.http-integration-response']);
  });

  it.each([200, 202, 204, 304])('never ends without a byte of body: status %i', async (status) => {
    const bytes = await written(new Response(null, { status }));
    expect(bytes.subarray(bytes.indexOf(Buffer.alloc(8)) + 8).toString()).toBe('\n');
  });

  it('comes back as it was, wherever the bytes are cut', async () => {
    const headers = new Headers({ 'content-type': 'text/event-stream', 'x-nul': 'none' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const bytes = await written(new Response('data: \0\0\0\0\0\0\0\0\n\n', { status: 207, headers }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.byteLength }), { maxLength: 12 }), async (cuts) => {
        const response = await readResponse(splitAt(bytes, cuts));
        expect(response.status).toBe(207);
        expect(response.headers.get('x-nul')).toBe('none');
        expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
        expect(await response.text()).toBe('data: \0\0\0\0\0\0\0\0\n\n');
      }),
    );
  });

  it.each([204, 205, 304])('has no body where HTTP knows none: status %i', async (status) => {
    const response = await readResponse(splitAt(Buffer.from(`{"statusCode":${status}}\0\0\0\0\0\0\0\0\n`), []));
    expect(response.status).toBe(status);
    expect(response.body).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no delimiter', '{"statusCode":200}'],
    ['no JSON', 'hello\0\0\0\0\0\0\0\0'],
    ['JSON null', 'null\0\0\0\0\0\0\0\0body'],
    ['a status that is none', '{"statusCode":99}\0\0\0\0\0\0\0\0'],
    ['headers that are none', '{"headers":{"a":1}}\0\0\0\0\0\0\0\0'],
    ['a header name that is none', '{"headers":{"a b":"c"}}\0\0\0\0\0\0\0\0'],
    ['cookies that are none', '{"cookies":"a"}\0\0\0\0\0\0\0\0'],
  ])('is refused when the bytes hold %s', async (_, text) => {
    await expect(readResponse(splitAt(Buffer.from(text), []))).rejects.toThrow(InvalidPreludeError);
  });

  it('gives up on a prelude that never ends, and tells the sender', async () => {
    let returned = false;
    async function* endless() {
      try {
        while (true) yield Buffer.alloc(64 * 1024, 'x');
      } finally {
        returned = true;
      }
    }
    await expect(readPrelude(endless())).rejects.toThrow(InvalidPreludeError);
    expect(returned).toBe(true);
  });

  it('tells the sender when nobody reads the body', async () => {
    let returned = false;
    async function* sender() {
      try {
        yield Buffer.from('{}\0\0\0\0\0\0\0\0first');
        while (true) yield Buffer.from('more');
      } finally {
        returned = true;
      }
    }
    const response = await readResponse(sender());
    await response.body?.cancel();
    expect(returned).toBe(true);
  });

  it('waits for a reader that is slow', async () => {
    let produced = 0;
    const body = new ReadableStream({
      pull(controller) {
        produced += 1;
        controller.enqueue(new Uint8Array(1024));
        if (produced === 1000) controller.close();
      },
    });
    const { stream } = lambdaStream({ highWaterMark: 4096 });
    const writing = writeResponse(new Response(body), stream);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(produced).toBeLessThan(20);
    stream.resume();
    await writing;
    expect(produced).toBe(1000);
  });

  it('says so when the reader has gone', async () => {
    const { stream } = lambdaStream({ highWaterMark: 1 });
    const writing = writeResponse(new Response('body'), stream);
    stream.destroy();
    await expect(writing).rejects.toThrow(/closed/);
  });
});
