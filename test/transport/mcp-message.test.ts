import { describe, expect, it } from 'vitest';
import { isReading, readMcpMessage } from '../../transport/mcp-message.ts';

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', arguments: {} } };
const request = { isRequest: true, id: 1, method: 'tools/call', tool: 'a' };
const response = { isRequest: false, id: undefined, method: undefined, tool: undefined };

describe('the message that a POST carries', () => {
  it.each<[string, unknown, unknown]>([
    ['a call', call, request],
    ['a call with an id that is a string', { ...call, id: 'x' }, { ...request, id: 'x' }],
    ['a call with an id that is none', { ...call, id: null }, { ...request, id: undefined }],
    ['a call of a tool without a name', { ...call, params: { name: 1 } }, { ...request, tool: undefined }],
    [
      'a prompt, which has a name too',
      { ...call, method: 'prompts/get' },
      { ...request, method: 'prompts/get', tool: undefined },
    ],
    [
      'a notification',
      { jsonrpc: '2.0', method: 'n' },
      { isRequest: false, id: undefined, method: 'n', tool: undefined },
    ],
    ['a result', { jsonrpc: '2.0', id: 1, result: {} }, response],
    ['an error', { jsonrpc: '2.0', id: 1, error: {} }, response],
    ['neither', { jsonrpc: '2.0', id: 1 }, undefined],
    ['another protocol', { ...call, jsonrpc: '1.0' }, undefined],
    ['a batch', [call], undefined],
    ['no object', 'tools/call', undefined],
  ])('%s', (_, message, expected) => {
    const text = JSON.stringify(message);
    expect(readMcpMessage('POST', text)).toEqual(expected);
    expect(readMcpMessage('POST', new TextEncoder().encode(text))).toEqual(expected);
    expect(readMcpMessage('PUT', text)).toBeUndefined();
  });

  it('is none where the body is no JSON, or is missing', () => {
    expect(readMcpMessage('POST', '{')).toBeUndefined();
    expect(readMcpMessage('POST', undefined)).toBeUndefined();
  });
});

it.each([
  ['tools/list', true],
  ['resources/templates/list', true],
  ['server/discover', true],
  ['tools/call', false],
  ['tools/lists', false],
  ['my/tools/list', false],
  ['logging/setLevel', false],
])('%s only reads: %s', (method, reads) => {
  expect(isReading({ isRequest: true, id: 1, method, tool: undefined })).toBe(reads);
});
