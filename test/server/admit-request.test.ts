import { describe, expect, it } from 'vitest';
import { type Admission, admitRequest } from '../../server/admit-request.ts';

const rules = { allowedOrigins: ['https://good.example'], maxRequestBodySize: 100 };

function admit(message: unknown, { headers = {}, method = 'POST', size = 10 } = {}): Admission | Response {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return admitRequest(new Request('https://server.invalid/', { method, headers }), text, size, rules);
}

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'greet' } };
const REVISION = 'io.modelcontextprotocol/protocolVersion';

describe('what is refused', () => {
  const long = `https://${'x'.repeat(300)}.example`;

  it.each<[string, unknown, Parameters<typeof admit>[1], number, number, string]>([
    [
      'an origin',
      call,
      { headers: { origin: 'https://evil.example' } },
      403,
      -32000,
      'The origin "https://evil.example" is not allowed.',
    ],
    [
      'a long origin',
      call,
      { headers: { origin: long } },
      403,
      -32000,
      `The origin "${long.slice(0, 256)}" is not allowed.`,
    ],
    [
      'another method',
      call,
      { method: 'DELETE' },
      405,
      -32000,
      'DELETE is not allowed: this server is stateless and takes POST only.',
    ],
    ['what is too large', call, { size: 101 }, 413, -32000, 'The body has 101 bytes; the limit is 100.'],
    ['what is no JSON', '{', {}, 400, -32700, 'The body is not JSON.'],
    ['a batch', [call], {}, 400, -32600, 'Batches are not supported: send one message a request.'],
    ['what is no message', 'null', {}, 400, -32600, 'The body is not a JSON-RPC message.'],
    ['an id of null', { ...call, id: null }, {}, 400, -32600, 'The id is neither a string nor a number.'],
    ['an id that is an object', { ...call, id: {} }, {}, 400, -32600, 'The id is neither a string nor a number.'],
  ])('%s, with the reason', async (_, message, request, status, code, reason) => {
    const response = admit(message, request) as Response;
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: null, error: { code, message: reason } });
  });
});

describe('what is let in', () => {
  it('is known by its message', () => {
    const headers = { origin: 'https://good.example', 'mcp-protocol-version': '2025-11-25' };
    expect(admit(call, { headers, size: 100 })).toEqual({
      message: call,
      id: 1,
      method: 'tools/call',
      tool: 'greet',
      protocolVersion: '2025-11-25',
    });
  });

  it.each<[string, object, object]>([
    ['an id that is a string', { ...call, id: 'a' }, { id: 'a' }],
    ['an id that is an empty string', { ...call, id: '' }, { id: '' }],
    ['an id that is zero', { ...call, id: 0 }, { id: 0 }],
    ['a notification', { jsonrpc: '2.0', method: 'n' }, { id: undefined, method: 'n', tool: undefined }],
    ['a response, which is no request', { jsonrpc: '2.0', id: 1, result: {} }, { id: undefined, method: undefined }],
    ['a method that is no text', { ...call, method: 1 }, { id: undefined, method: undefined, tool: undefined }],
    ['a tool whose name is no text', { ...call, params: { name: 1 } }, { tool: undefined }],
    ['a tool without parameters', { ...call, params: null }, { tool: undefined }],
    ['a prompt, which has a name too', { ...call, method: 'prompts/get' }, { method: 'prompts/get', tool: undefined }],
    ['long names', { ...call, params: { name: 'x'.repeat(129) } }, { tool: 'x'.repeat(128) }],
    [
      'a revision in its parameters',
      { ...call, params: { protocolVersion: '2025-06-18' } },
      { protocolVersion: '2025-06-18' },
    ],
    [
      'a revision in its metadata, which goes before the parameters',
      { ...call, params: { _meta: { [REVISION]: '2026-07-28' }, protocolVersion: '2025-06-18' } },
      { protocolVersion: '2026-07-28' },
    ],
    ['a revision that is no text', { ...call, params: { protocolVersion: 1 } }, { protocolVersion: undefined }],
    ['no revision', call, { protocolVersion: undefined }],
  ])('%s', (_, message, expected) => {
    expect(admit(message)).toMatchObject({ message, ...expected });
  });

  it('may begin with a byte order mark, which a stock server does not see', () => {
    expect(admit(`\uFEFF${JSON.stringify(call)}`)).toMatchObject({ message: call });
  });

  it('has the revision that its header states before that of its body', () => {
    const message = { ...call, params: { protocolVersion: '2025-06-18' } };
    const headers = { 'mcp-protocol-version': '2025-11-25' };
    expect(admit(message, { headers })).toMatchObject({ protocolVersion: '2025-11-25' });
  });
});
