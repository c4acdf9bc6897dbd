import fc from 'fast-check';
import { requestToEvent } from '../../../wire/request-to-event.ts';
import { assertServerAnswer } from './answer-rules.ts';
import { headersFor, messageText } from './arbitrary-message.ts';
import { LINES, type Line, startHandlers } from './handlers.ts';
import type { Target } from './target.ts';

interface Case {
  readonly line: Line;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What a function URL leaves in the headers, and a function must not log. */
const TOKEN = 'FwoGZXIvYXdzEBYaDH-the-session-token';

export const handlerMessages: Target<Case> = {
  name: 'messages',
  title: 'any JSON-RPC to a handler',
  cases: messageText.chain((body) =>
    fc.record({ line: fc.constantFrom(...LINES), headers: headersFor(body), body: fc.constant(body) }),
  ),
  async start() {
    const handlers = startHandlers();
    return {
      async check({ line, headers, body }) {
        const sent = { ...headers, 'x-amz-security-token': TOKEN };
        const event = requestToEvent(
          { method: 'POST', target: '/', headers: Object.entries(sent), body: Buffer.from(body) },
          {
            requestId: 'r',
            accountId: '111122223333',
            urlId: 'fuzz',
            domainName: 'fuzz.lambda-url.us-east-1.on.aws',
            sourceIp: '127.0.0.1',
            time: new Date(),
          },
        );
        const answer = await handlers.answer(line, JSON.parse(JSON.stringify(event)), [TOKEN]);
        assertServerAnswer(answer, Buffer.from(body).toString());
      },
      async close() {
        handlers.close();
      },
    };
  },
};
