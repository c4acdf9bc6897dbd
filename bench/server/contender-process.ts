/**
 * `contender-process.ts NAME once|anew`: a contender alone in a process, as an adapter is in Lambda. For each `Turn` that
 * it is sent it serves so many requests, and sends back how long one took.
 */
import { timeRuns } from '../measure.ts';
import { CONTENDERS, type Contender, loadHandler } from './contenders.ts';
import { type Handler, invoke, readAnswer } from './function-url.ts';
import type { Message } from './messages.ts';
import { CALLED, makeTools } from './tools.ts';

export interface Turn {
  readonly message: Message;
  readonly requests: number;
}

const [name, source] = process.argv.slice(2);
const tools = makeTools();
const contender = CONTENDERS.find((known) => known.name === name) as Contender;
const handler = await loadHandler(contender, source === 'once' ? () => tools : makeTools);

process.on('message', async ({ message, requests }: Turn) => {
  await assertRight(handler, message);
  const took = await timeRuns(() => invoke(handler, message.body, message.headers), requests);
  process.send?.(took);
});

/** Only right answers are timed: all tools by name, or the called tool's structured result. */
async function assertRight(handler: Handler, { method, body, headers }: Message): Promise<void> {
  const answer = readAnswer(await invoke(handler, body, headers));
  const text = /^data: (.*)$/m.exec(answer.body)?.[1] ?? answer.body;
  const { result } = JSON.parse(text) as {
    result?: { tools?: { name: string }[]; structuredContent?: { orderId: string } };
  };
  const seen =
    method === 'tools/list' ? result?.tools?.map((tool) => tool.name).join() : result?.structuredContent?.orderId;
  const wanted = method === 'tools/list' ? tools.map((tool) => tool.name).join() : CALLED.arguments.orderId;
  if (answer.status !== 200 || seen !== wanted) {
    throw new Error(`${name} answered ${method} with ${answer.status}: ${answer.body.slice(0, 500)}`);
  }
}
