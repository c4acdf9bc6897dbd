import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedModel extends AsyncDisposable {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

interface MessagesRequest {
  readonly messages: readonly { readonly content: string | readonly { readonly type: string }[] }[];
  readonly tools?: readonly { readonly name: string }[];
}

/**
 * Stands in for a model, on loopback: asked for a message it calls the tool `multi-greet`, and given the tool's result
 * it says that it is done.
 *
 * Source: Anthropic API Reference, "Create a Message" and "Streaming Messages".
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'POST' || pathname !== '/v1/messages') return void response.writeHead(404).end();
    const events = stream(next(JSON.parse(await text(request))));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function next({ messages, tools = [] }: MessagesRequest): Block {
  const answered = messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'tool_result'),
  );
  const tool = tools.find(({ name }) => name.endsWith('multi-greet'));
  if (answered || !tool) return { type: 'text', text: answered ? 'Done.' : 'There is no multi-greet.' };
  return { type: 'tool_use', id: 'toolu_1', name: tool.name, input: { name: 'Ada', count: 3 } };
}

function stream(block: Block) {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const [start, delta] =
    block.type === 'text'
      ? [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ];
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted', content: [], usage };
  return [
    { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
    { type: 'content_block_start', index: 0, content_block: start },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: block.type === 'tool_use' ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage,
    },
    { type: 'message_stop' },
  ];
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
