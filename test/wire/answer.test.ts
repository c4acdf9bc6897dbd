import { describe, expect, it } from 'vitest';
import { answers, describeAnswer, errorWithoutId, isMessage, isTaken, readMessages } from '../../wire/answer.ts';

const error = { code: -32600, message: 'no' };
const result = {};

describe('the response to a request', () => {
  it.each<[unknown, string | number]>([
    [{ id: 1, result }, 1],
    [{ id: '1', result }, 1],
    [{ id: 1, result }, '1'],
    [{ id: 'a', result }, 'a'],
    [{ id: 1, error }, 1],
    [{ id: 1, result: null }, 1],
    [{ id: '01', result }, 1],
  ])('is %j for the id %j', (message, id) => {
    expect(answers(message, id)).toBe(true);
  });

  it.each<[unknown, string | number]>([
    [{ id: 2, result }, 1],
    [{ id: '2', result }, 1],
    [{ id: 'b', result }, 'a'],
    [{ id: '01', result }, '1'],
    [{ id: null, result }, 0],
    [{ id: false, result }, 0],
    [{ id: [1], result }, 1],
    [{ result }, 1],
    [{ id: 1 }, 1],
    [{ id: 1, method: 'ping' }, 1],
    [null, 1],
    [undefined, 1],
    ['{"id":1,"result":{}}', 1],
    [Object.assign([], { id: 1, result }), 1],
  ])('is not %j for the id %j', (message, id) => {
    expect(answers(message, id)).toBe(false);
  });
});

describe('an answer that both SDK lines take', () => {
  it.each([
    { jsonrpc: '2.0', id: 1, result },
    { jsonrpc: '2.0', id: '1', result },
    { jsonrpc: '2.0', id: 1, error },
    { jsonrpc: '2.0', id: 1, error: { ...error, data: 'any' } },
    { jsonrpc: '2.0', id: 1, result: { _meta: {}, resultType: 'complete' } },
  ])('is %j', (message) => {
    expect(isTaken(message)).toBe(true);
  });

  it.each([
    { jsonrpc: '1.0', id: 1, result },
    { jsonrpc: '2.0', id: 1, result, extra: 1 },
    { jsonrpc: '2.0', id: 1, result, error },
    { jsonrpc: '2.0', id: 1.5, result },
    { jsonrpc: '2.0', id: 2 ** 60, result },
    { jsonrpc: '2.0', id: 1, result: null },
    { jsonrpc: '2.0', id: 1, result: [] },
    { jsonrpc: '2.0', id: 1, result: 'text' },
    { jsonrpc: '2.0', id: 1, result: { _meta: 'text' } },
    { jsonrpc: '2.0', id: 1, result: { resultType: 1 } },
    { jsonrpc: '2.0', id: 1, error: null },
    { jsonrpc: '2.0', id: 1, error: { code: '1', message: 'no' } },
    { jsonrpc: '2.0', id: 1, error: { code: 1.5, message: 'no' } },
    { jsonrpc: '2.0', id: 1, error: { code: 1 } },
  ])('is not %j', (message) => {
    expect(isTaken(message)).toBe(false);
  });
});

describe('an error that names no request', () => {
  it.each([{ error }, { id: null, error }, { jsonrpc: '2.0', id: null, error }])('is %j', (message) => {
    expect(errorWithoutId(message)).toEqual(error);
  });

  it.each([
    { id: 1, error },
    { id: 0, error },
    { id: '', error },
    { error: 'no' },
    { error: { code: 1 } },
    null,
    'no',
    [error],
  ])('is not %j', (message) => {
    expect(errorWithoutId(message)).toBeUndefined();
  });
});

describe('a JSON-RPC message, of whatever request', () => {
  it.each([
    { jsonrpc: '2.0' },
    { jsonrpc: '2.0', method: 'ping' },
    { jsonrpc: '2.0', id: 7, result },
    { jsonrpc: '2.0', id: 'a', result },
  ])('is %j', (message) => {
    expect(isMessage(message)).toBe(true);
  });

  it.each([
    null,
    'text',
    [],
    {},
    { jsonrpc: '1.0' },
    { jsonrpc: '2.0', id: null },
    { jsonrpc: '2.0', id: 1.5 },
    { jsonrpc: '2.0', id: {} },
  ])('is not %j', (message) => {
    expect(isMessage(message)).toBe(false);
  });
});

describe('what an answer says', () => {
  const nothing = { kind: 'result', errorCode: undefined, isError: false, resultType: undefined };

  it.each<[Record<string, unknown>, object]>([
    [{ result }, nothing],
    [{ result: null }, nothing],
    [{ result: { isError: true } }, { ...nothing, isError: true }],
    [{ result: { isError: 'yes' } }, nothing],
    [{ result: { resultType: 'input_required' } }, { ...nothing, resultType: 'input_required' }],
    [{ error }, { ...nothing, kind: 'error', errorCode: -32600 }],
    [{ error: { code: '1' } }, { ...nothing, kind: 'error' }],
    [{ error: 'no' }, { ...nothing, kind: 'error' }],
  ])('%j', (message, expected) => {
    expect(describeAnswer(message)).toEqual(expected);
  });
});

it('a text holds one message, an array of them, or none', () => {
  expect(readMessages('{"id":1}')).toEqual([{ id: 1 }]);
  expect(readMessages('[{"id":1},2]')).toEqual([{ id: 1 }, 2]);
  expect(readMessages('null')).toEqual([null]);
  expect(readMessages('<html>')).toBeUndefined();
});
