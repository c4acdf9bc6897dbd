import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMcpMessage } from '../../transport/mcp-message.ts';

/** Long enough to be looked at from its ends. */
const FILLING = 'x'.repeat(1200);
const read = (body: string | Uint8Array<ArrayBuffer>) => {
  const message = readMcpMessage({ method: 'POST', body });
  return message && { ...message };
};

/** What a message is by JSON.parse alone. */
function expected(text: string) {
  const value = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value.jsonrpc !== '2.0') return undefined;
  if (typeof value.method === 'string') {
    const name = value.method === 'tools/call' ? value.params?.name : undefined;
    return {
      isRequest: Object.hasOwn(value, 'id'),
      id: ['string', 'number'].includes(typeof value.id) ? value.id : undefined,
      method: value.method,
      tool: typeof name === 'string' ? name : undefined,
    };
  }
  const isResponse = Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error');
  return isResponse ? { isRequest: false, id: undefined, method: undefined, tool: undefined } : undefined;
}

const lookAlikes = [
  '"jsonrpc":"2.0","id":1}',
  ',"jsonrpc":"2.0","id":"7"}',
  '{"method":"tools/call",',
  '\\","jsonrpc":"2.0","id":1}',
  '\\\\',
  '"',
];
const string = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...lookAlikes),
  fc.constant(FILLING),
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  string,
  fc.constant({ jsonrpc: '2.0', id: 5, method: 'ping', params: { name: 'nested' } }),
  fc.constant([{ id: 1, name: 'a' }]),
  fc.record({
    name: fc.oneof(string, fc.integer()),
    arguments: fc.dictionary(string, fc.oneof(string, fc.jsonValue())),
  }),
);
const member = fc.oneof(
  fc.tuple(fc.constant('method'), fc.oneof(fc.constantFrom('tools/call', 'tools/list', 'notifications/x'), value)),
  fc.tuple(fc.constant('jsonrpc'), fc.oneof(fc.constant('2.0'), fc.constant('2.0'), value)),
  fc.tuple(fc.constant('id'), fc.oneof(fc.integer(), string, fc.double({ noNaN: true }), fc.constant(null), value)),
  fc.tuple(fc.constantFrom('params', 'params', 'result', 'error'), value),
  fc.tuple(string, value),
);
const memberText = member.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
/** As both SDK lines write them, and what somebody else might. */
const call = fc
  .tuple(fc.array(memberText, { maxLength: 3 }), fc.oneof(fc.integer(), string), fc.array(memberText, { maxLength: 1 }))
  .map(([members, id, late]) =>
    [`{"method":"tools/call"`, ...members, `"jsonrpc":"2.0"`, `"id":${JSON.stringify(id)}`, ...late]
      .join(',')
      .concat('}'),
  );
const anyMessage = fc
  .tuple(fc.array(memberText, { maxLength: 6 }), fc.constantFrom('', ' ', '\n\t'))
  .map(([members, space]) => `${space}{${space}${members.join(`${space},${space}`)}${space}}${space}`);

describe('the message that a POST carries', () => {
  it.each([
    [
      'first of all',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":"FILLING"}}}',
    ],
    [
      'as an SDK has it',
      '{"method":"tools/call","params":{"name":"a","arguments":{"x":"FILLING"}},"jsonrpc":"2.0","id":1}',
    ],
  ])('%s', (_, text) => {
    const body = text.replace('FILLING', FILLING);
    expect(read(body)).toEqual({ isRequest: true, id: 1, method: 'tools/call', tool: 'a' });
    expect(read(new TextEncoder().encode(body))).toEqual(read(body));
  });

  it('is what JSON.parse makes of it, whatever its keys, their order and what looks like them', () => {
    fc.assert(
      fc.property(fc.oneof(call, anyMessage), fc.boolean(), (text, long) => {
        const body = long ? text.replace('{', `{"filling":"${FILLING}",`).replace(/,\s*}\s*$/, '}') : text;
        const exact = expected(body);
        const message = read(body);
        // Whatever else it is named later: what begins as a call is one.
        if (message?.method === 'tools/call' && exact?.method !== 'tools/call') {
          expect(body.startsWith('{"method":"tools/call",')).toBe(true);
          expect(message.tool).toBeUndefined();
        } else expect(message).toEqual(exact);
      }),
      { numRuns: 4000 },
    );
  });

  it.each(['{"method":"tools/call","jsonrpc":"2.0","id":007}', '{"method":"tools/call","jsonrpc":"2.0","id":"\n"}'])(
    'is none in %j',
    (text) => {
      expect(read(text.replace('"tools/call"', `"tools/call","filling":"${FILLING}"`))).toBeUndefined();
    },
  );
});
