import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StockClient } from './clients.ts';

/** What each client asks of each host. A question fails by throwing. */
export interface Question {
  readonly name: string;
  /** Whether it can be asked only of a host that keeps sessions, or in protocol 2026-07-28. */
  readonly asksBack?: boolean;
  /** @param is2026 whether the client speaks protocol 2026-07-28 */
  ask(client: StockClient, is2026: boolean): Promise<void>;
}

export const QUESTIONS: readonly Question[] = [
  {
    name: 'tools/list',
    async ask(client) {
      const { tools } = await client.listTools();
      assert(tools.some(({ name }) => name === 'test_simple_text'));
    },
  },
  {
    name: 'tools/call',
    async ask(client) {
      const { content } = await client.callTool({ name: 'test_simple_text' });
      assert.equal((content as { type: string }[])[0]?.type, 'text');
    },
  },
  {
    name: 'ten at once',
    async ask(client) {
      const calls = Array.from({ length: 10 }, () => client.callTool({ name: 'test_simple_text' }));
      assert.equal((await Promise.all(calls)).length, 10);
    },
  },
  {
    name: 'progress',
    async ask(client) {
      let seen = 0;
      await client.callTool({ name: 'test_tool_with_progress' }, () => {
        seen += 1;
      });
      assert(seen > 0);
    },
  },
  {
    name: 'a tool that fails',
    async ask(client) {
      const { isError } = await client.callTool({ name: 'test_error_handling' });
      assert.equal(isError, true);
    },
  },
  {
    name: 'a tool that asks',
    asksBack: true,
    async ask(client, is2026) {
      // A client of the 2025 revisions opens the stream for questions after it has connected.
      await sleep(200);
      const { content } = await client.callTool(
        is2026
          ? { name: 'test_input_required_result_elicitation' }
          : { name: 'test_elicitation', arguments: { message: 'Who?' } },
      );
      assert.match(JSON.stringify(content), /[Aa]da/);
    },
  },
];
