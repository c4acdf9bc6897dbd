import fc from 'fast-check';
import { jsonText, objectText } from './arbitrary-json.ts';

const METHODS = [
  ...['initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'prompts/list', 'prompts/get'],
  ...['resources/list', 'resources/read', 'completion/complete', 'logging/setLevel', 'subscriptions/listen'],
  ...['notifications/initialized', 'notifications/cancelled', '__proto__', '', 'tools/call\u0000'],
];
const TOOLS = ['echo', 'add', 'anything', 'steps', 'throw', 'unknown', '__proto__', 'constructor'];
const VERSIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '1999-01-01', ''];

const quoted = (texts: readonly string[]) => fc.constantFrom(...texts).map((text) => JSON.stringify(text));
const often = (usual: fc.Arbitrary<string>) => fc.oneof({ weight: 9, arbitrary: usual }, jsonText);
const key = fc.constantFrom('"text"', '"a"', '"b"', '"value"', '"steps"', '"name"');

const meta = objectText(key, jsonText, [
  ['io.modelcontextprotocol/protocolVersion', often(quoted(VERSIONS))],
  ['io.modelcontextprotocol/clientCapabilities', often(fc.constant('{}'))],
  ['progressToken', jsonText],
]);
const params = objectText(key, jsonText, [
  ['name', often(quoted(TOOLS))],
  ['arguments', often(objectText(key, jsonText))],
  ['_meta', often(meta)],
  ['protocolVersion', often(quoted(VERSIONS))],
  ['capabilities', often(fc.constant('{}'))],
  ['clientInfo', often(fc.constant('{"name":"x","version":"1"}'))],
]);
const loose = objectText(fc.constantFrom('"id"', '"result"', '"error"', '"params.name"'), jsonText, [
  ['jsonrpc', often(fc.constant('"2.0"'))],
  ['id', often(fc.constantFrom('1', '"a"', '0', 'null', '-0', '1e400', '1.5'))],
  ['method', often(quoted(METHODS))],
  ['params', often(params)],
]);

/** A whole request, as a client sends it, with arbitrary arguments. */
const whole = fc
  .tuple(quoted(METHODS), fc.constantFrom('1', '"a"'), often(params))
  .map(([method, id, given]) => `{"jsonrpc":"2.0","id":${id},"method":${method},"params":${given}}`);

const call = fc.tuple(quoted(TOOLS), objectText(key, jsonText)).map(([tool, given]) => {
  const version =
    '"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}';
  return `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":${tool},"arguments":${given},"_meta":{${version}}}}`;
});

/** The text of a body that is, or nearly is, a JSON-RPC message. */
export const messageText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: whole },
  { weight: 3, arbitrary: call },
  { weight: 3, arbitrary: loose },
  { weight: 1, arbitrary: jsonText },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 1, arbitrary: fc.tuple(whole, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))) },
  { weight: 1, arbitrary: fc.array(whole, { maxLength: 3 }).map((all) => `[${all.join(',')}]`) },
);

/** Headers that MCP looks at: mostly those that fit the message, now and then wrong or missing. */
export function headersFor(body: string): fc.Arbitrary<Record<string, string>> {
  const wrong = fc.record(
    {
      'content-type': fc.constantFrom('application/json; charset=utf-8', 'text/plain', ''),
      accept: fc.constantFrom('application/json', 'text/event-stream', '*/*', ''),
      'mcp-protocol-version': fc.constantFrom(...VERSIONS),
      'mcp-method': fc.constantFrom('tools/call', 'tools/list', 'x'),
      'mcp-name': fc.constantFrom('echo', 'add', '=?base64?w6k=?='),
      'mcp-session-id': fc.constantFrom('s', ''),
      origin: fc.constantFrom('https://evil.example', 'null'),
      'x-fail': fc.constant('1'),
    },
    { requiredKeys: [] },
  );
  const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, wrong);
  return rarely.map((given) => ({ ...fittingHeaders(body), ...given }));
}

function fittingHeaders(body: string): Record<string, string> {
  const usual = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  try {
    const { method, params } = JSON.parse(body);
    const version = params?._meta?.['io.modelcontextprotocol/protocolVersion'];
    const asText = (value: unknown) => (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined);
    const fitting = {
      'mcp-method': version && asText(method),
      'mcp-name': version && asText(params?.name),
      'mcp-protocol-version': asText(version),
    };
    return { ...usual, ...Object.fromEntries(Object.entries(fitting).filter(([, value]) => value !== undefined)) };
  } catch {
    return usual;
  }
}
