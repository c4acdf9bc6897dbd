import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assertServerAnswer } from './answer-rules.ts';
import { anyText, jsonText } from './arbitrary-json.ts';
import { messageText } from './arbitrary-message.ts';
import { LINES, type Line, startHandlers } from './handlers.ts';
import type { Target } from './target.ts';

interface Case {
  readonly line: Line;
  /** The event, as the JSON that an invocation carries. */
  readonly event: string;
}

const USUAL = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  cookies: ['a=1'],
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  isBase64Encoded: false,
  requestContext: {
    requestId: 'r',
    domainName: 'fuzz.lambda-url.us-east-1.on.aws',
    http: { method: 'POST' },
    authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/x', accountId: '111122223333', accessKey: 'AKIA' } },
  },
};

/** The places in an event, and what might stand there beside any JSON. */
const PLACES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  version: fc.constantFrom('1.0', 2),
  routeKey: anyText,
  rawPath: anyText.map((text) => `/${text}`),
  rawQueryString: anyText,
  cookies: fc.array(anyText, { maxLength: 2 }),
  headers: fc.dictionary(anyText, anyText, { maxKeys: 4 }),
  'headers.content-type': anyText,
  'headers.origin': anyText,
  'headers.authorization': anyText,
  'headers.__proto__': anyText,
  body: fc.oneof(messageText, anyText),
  isBase64Encoded: fc.boolean(),
  requestContext: fc.constant({}),
  'requestContext.requestId': anyText,
  'requestContext.domainName': anyText,
  'requestContext.http': fc.constant({}),
  'requestContext.http.method': fc.constantFrom('GET', 'TRACE', 'CONNECT', 'post', 'FOO', '', 'a b'),
  'requestContext.authorizer': fc.constant(null),
  'requestContext.authorizer.iam': fc.constant(null),
  'requestContext.authorizer.iam.userArn': anyText,
};
const change = fc.oneof(
  ...Object.entries(PLACES).map(([place, likely]) =>
    fc.tuple(fc.constant(place), fc.oneof({ weight: 3, arbitrary: likely }, fc.jsonValue({ maxDepth: 2 }))),
  ),
);
const event = fc.array(change, { maxLength: 3 }).map((changes) => {
  const made = structuredClone(USUAL) as Record<string, unknown>;
  for (const [place, value] of changes) put(made, place.split('.'), value);
  return JSON.stringify(made);
});

export const handlerEvents: Target<Case> = {
  name: 'events',
  title: 'any event to a handler',
  cases: fc.record({
    line: fc.constantFrom(...LINES),
    event: fc.oneof({ weight: 9, arbitrary: event }, jsonText.filter(isJson)),
  }),
  async start() {
    const handlers = startHandlers();
    return {
      async check({ line, event }) {
        const given = JSON.parse(event);
        if (!meansToBeRequest(given)) {
          assert.match(JSON.stringify(await handlers.refuse(line, given)), /This function is an MCP server/);
          return;
        }
        const answer = await handlers.answer(line, given);
        assertServerAnswer(answer, bodyOf(given));
        assert.notEqual(answer.status, 500);
      },
      async close() {
        handlers.close();
      },
    };
  },
};

/** Whether an event has anything that only a function URL or an API sends, and nothing that only a queue does. */
function meansToBeRequest(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return false;
  const { Records, records, eventSource, requestContext } = event as Record<string, unknown>;
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (Array.isArray(Records) || isObject(records) || (typeof eventSource === 'string' && eventSource !== ''))
    return false;
  if (isObject(requestContext) && isObject((requestContext as { elb?: unknown }).elb)) return false;
  return ['rawPath', 'httpMethod', 'requestContext'].some((name) => name in event);
}

function bodyOf(event: { body?: unknown; isBase64Encoded?: unknown } | null): string {
  const { body, isBase64Encoded } = event ?? {};
  if (typeof body !== 'string') return '';
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function put(target: Record<string, unknown>, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  else if (typeof target[name] === 'object' && target[name]) put(target[name] as typeof target, rest, value);
}
