import fc from 'fast-check';
import { signRequest } from '../../../transport/signing/sign-request.ts';
import { assertTellsNothing } from './answer-rules.ts';
import { anyText, jsonText } from './arbitrary-json.ts';
import { messageText } from './arbitrary-message.ts';
import { type Endpoint, startFuzzedLambda } from './fuzzed-lambda.ts';
import { assertLambdaAnswer } from './lambda-answers.ts';
import { type Target, withinTime } from './target.ts';

interface Case {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const HANG = 10_000;
const FUNCTION = '/2015-03-31/functions/mcp-server';
const name = anyText.map(encodeURIComponentSafely);
const path = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '/x',
    `${FUNCTION}/invocations`,
    `${FUNCTION}:live/policy`,
    `${FUNCTION}:live/invocations`,
  ),
  fc.constantFrom('/2021-11-15/functions/mcp-server/response-streaming-invocations', `${FUNCTION}/policy`, FUNCTION),
  name.map((text) => `/2015-03-31/functions/${text}/policy`),
  name.map((text) => `${FUNCTION}/policy/${text}?Qualifier=${text}&RevisionId=${text}`),
  fc.constantFrom('/2021-10-31/functions/mcp-server/url', `${FUNCTION}/policy?Qualifier=a&Qualifier=b`),
);
const permission = fc
  .dictionary(
    fc.constantFrom(
      'StatementId',
      'Action',
      'Principal',
      'FunctionUrlAuthType',
      'SourceArn',
      'RevisionId',
      '__proto__',
    ),
    fc.oneof(fc.constantFrom('s', 'lambda:InvokeFunction', '*', '111122223333', 'NONE'), fc.jsonValue({ maxDepth: 2 })),
  )
  .map((input) => JSON.stringify(input));

export const signedHttp: Target<Case> = {
  name: 'signed',
  title: 'any signed request to the local Lambda',
  cases: fc.record({
    endpoint: fc.constantFrom<Endpoint>('functionUrl', 'lambdaEndpoint', 'lambdaEndpoint'),
    method: fc.constantFrom('POST', 'POST', 'GET', 'DELETE', 'PUT'),
    path,
    headers: fc.array(
      fc.tuple(
        fc.constantFrom('content-type', 'accept', 'mcp-method', 'x-amz-invocation-type', 'x-fail'),
        fc.oneof(
          fc.constantFrom('application/json', 'DryRun', 'Event', 'application/json, text/event-stream'),
          fc.stringMatching(/^[\x20-\x7e]{0,12}$/),
        ),
      ),
      { maxLength: 3 },
    ),
    body: fc.oneof(messageText, permission, jsonText, anyText),
  }),
  async start() {
    const lambda = await startFuzzedLambda('v2');
    const scope = { service: 'lambda', region: lambda.region };
    // Signed, but not by sigv4Fetch: that would try again, and look for JSON-RPC in what the Lambda API answers.
    async function call(url: URL, method: string, given: Case['headers'], text: string): Promise<Response> {
      const body = method === 'GET' ? undefined : new Uint8Array(Buffer.from(text));
      const headers = new Headers(given.map(([...pair]) => pair));
      const signed = await signRequest({ url, method, headers, body }, scope, lambda.admin, new Date());
      return fetch(signed.url, { method, headers: signed.headers, ...(body && { body }), redirect: 'manual' });
    }
    return {
      async check({ endpoint, method, path, headers, body }) {
        const url = new URL(new URL(lambda[endpoint]).origin + path);
        const response = await withinTime(HANG, call(url, method, headers, body));
        const text = await withinTime(HANG, response.text());
        // What the function itself failed of goes to whoever may invoke it, with its trace, as AWS does it.
        const isFunctionError = text.includes('"errorType"') || text.includes('errorType\\"');
        if (!isFunctionError) assertTellsNothing(text, lambda.secrets);
        const length = Buffer.byteLength(text);
        assertLambdaAnswer(
          `HTTP/1.1 ${response.status} \r\ncontent-type: ${response.headers.get('content-type')}\r\n` +
            `content-length: ${length}\r\n\r\n${text}`,
          // The Invoke API calls it JSON whatever it is: of a streaming function, prelude and body.
          path.endsWith('/invocations'),
        );
      },
      async close() {
        await lambda.assertAlive();
        await lambda.close();
      },
    };
  },
};

function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
