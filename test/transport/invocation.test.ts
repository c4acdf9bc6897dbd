import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { invokeFetch } from 'lambda-mcp/fetch';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../../local/event-stream.ts';
import {
  FunctionFailure,
  InvocationCutOff,
  invocationErrorResponse,
} from '../../transport/invocation/invocation-error.ts';
import { decodeBody } from '../../wire/decode-body.ts';
import { InvalidPreludeError } from '../../wire/read-response.ts';

const text = 'grüße';
/** Of which not much can be compressed, and more than zstd puts into one block. */
const long = randomBytes(200_000).toString('hex');

describe('a function that failed', () => {
  it.each<[string | undefined, string, string]>([
    ['{"errorType":"RangeError","errorMessage":"out of range","trace":["at f"]}', 'RangeError', 'out of range'],
    ['{"errorMessage":"out of range"}', 'Unhandled', 'out of range'],
    ['{"errorType":"RangeError"}', 'RangeError', 'The function failed (Unhandled).'],
    ['{"errorType":1,"errorMessage":{}}', 'Unhandled', 'The function failed (Unhandled).'],
    ['null', 'Unhandled', 'null'],
    ['it is out of range', 'Unhandled', 'it is out of range'],
    [undefined, 'Unhandled', 'The function failed (Unhandled).'],
  ])('with the details %s is told by its type and message', async (details, errorType, errorMessage) => {
    const failure = new FunctionFailure('Unhandled', details);
    expect(failure).toMatchObject({ name: 'FunctionFailure', errorType, message: errorMessage });
    const response = invocationErrorResponse(failure);
    expect([response?.status, await response?.json()]).toEqual([502, { errorType, errorMessage }]);
  });
});

describe('an invocation that went wrong is the response that a URL would have given', () => {
  it('where it broke off, or is of another kind of function', async () => {
    const broken = invocationErrorResponse(new InvocationCutOff('It broke off.'));
    expect([broken?.status, await broken?.json()]).toEqual([
      502,
      { errorType: 'InvocationCutOff', errorMessage: 'It broke off.' },
    ]);
    const strange = invocationErrorResponse(new InvalidPreludeError('The response is empty.'));
    expect([strange?.status, await strange?.json()]).toEqual([
      502,
      {
        errorType: 'InvalidResponse',
        errorMessage: 'The response is empty. Is its handler made by createLambdaHandler?',
      },
    ]);
  });

  it('where AWS refused it, with what AWS said', async () => {
    const date = 'Wed, 25 Nov 2026 14:00:00 GMT';
    const refusal = Object.assign(new Error('Rate exceeded'), {
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429, requestId: 'r-1' },
      $response: { headers: { date } },
      retryAfterSeconds: '7',
    });
    const response = invocationErrorResponse(refusal);
    expect([response?.status, await response?.json()]).toEqual([429, { Message: 'Rate exceeded' }]);
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      'x-amzn-errortype': 'TooManyRequestsException',
      'x-amzn-requestid': 'r-1',
      'retry-after': '7',
      date,
    });
    const bare = invocationErrorResponse(Object.assign(new Error('no'), { $metadata: { httpStatusCode: 400 } }));
    expect(bare?.status).toBe(400);
    expect(Object.fromEntries(bare?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      'x-amzn-errortype': 'Error',
    });
  });

  it.each([{}, { $metadata: {} }, { $metadata: { httpStatusCode: 399 } }])('and none for %j', (given) => {
    expect(invocationErrorResponse(Object.assign(new Error('reset'), given))).toBeUndefined();
  });
});

describe('a body', () => {
  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['zstd, deflate', deflateRawSync(zstdCompressSync(text))],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['br , gzip', gzipSync(brotliCompressSync(text))],
  ])('encoded by %s is decoded, as by fetch', async (encoding, bytes) => {
    const headers = { 'content-encoding': encoding, 'content-length': '1', 'x-kept': 'yes' };
    const decoded = decodeBody(new Response(bytes as Uint8Array<ArrayBuffer>, { status: 201, headers }));
    expect([decoded.status, await decoded.text()]).toEqual([201, text]);
    expect(Object.fromEntries(decoded.headers)).toEqual({ 'x-kept': 'yes' });
  });

  it.each(['', 'compress', 'gzip, compress'])('encoded by %j stays as it is', async (encoding) => {
    const given = new Response(text, { headers: { 'content-encoding': encoding } });
    expect(decodeBody(given)).toBe(given);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('encoded by %s is read alike by a fetch, and from an invocation', async (encoding, encode) => {
    const headers = { 'content-type': 'text/plain', 'content-encoding': encoding };
    const server = createServer((_, response) => void response.writeHead(200, headers).end(encode(Buffer.from(text))));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const fetched = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const decoded = decodeBody(new Response(new Uint8Array(encode(Buffer.from(text))), { headers }));
    expect([await fetched.text(), await decoded.text()]).toEqual([text, text]);
    server.close();
  });

  it('that is none, or not encoded, stays as it is', () => {
    for (const given of [new Response(text), new Response(null, { headers: { 'content-encoding': 'gzip' } })]) {
      expect(decodeBody(given)).toBe(given);
    }
  });

  it.each([
    ['gzip', gzipSync(long)],
    ['deflate', deflateSync(long)],
    ['deflate', deflateRawSync(long)],
    ['zstd', zstdCompressSync(long)],
    ['br', brotliCompressSync(long)],
  ])('encoded by %s gives out what has come, and ends where it was cut off', async (encoding, bytes) => {
    const cut = new Uint8Array(bytes.subarray(0, bytes.byteLength / 2));
    const decoded = await decodeBody(new Response(cut, { headers: { 'content-encoding': encoding } })).text();
    expect(decoded.length).toBeGreaterThan(1000);
    expect(long.startsWith(decoded)).toBe(true);
  });
});

it('an answer that is given up while it comes closes its connection', async () => {
  const closed = Promise.withResolvers<void>();
  const api = createServer((request, response) => {
    request.resume().on('end', () => {
      const begun = Buffer.from(`{"statusCode":200}${'\0'.repeat(8)}begun`);
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      response.write(encodeEvent('PayloadChunk', 'application/octet-stream', begun));
      response.on('close', closed.resolve);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const fetch = invokeFetch('f', {
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    region: 'eu-west-1',
    endpoint,
  });
  const response = await fetch('https://anything.example/', { method: 'POST', body: 'x' });
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('begun');
  await reader?.cancel();
  await closed.promise;
  api.close();
});
