import { createEventReader } from '../../wire/event-reader.ts';
import type { JsonRpcId } from '../../wire/json-rpc.ts';
import { withId } from '../mcp/read-messages.ts';

/**
 * An event stream whose answer carries the id as the host wrote it. Else each byte passes as it came: an event that came
 * in pieces once it is whole.
 */
export function withHostId(body: ReadableStream<Uint8Array>, id: JsonRpcId): ReadableStream<Uint8Array> {
  let held: Uint8Array[] = [];
  let messages: string[] = [];
  let rewritten = false;
  const events = createEventReader(Number.POSITIVE_INFINITY, (data = '') => {
    const changed = withId(data, id);
    rewritten ||= changed !== undefined;
    messages.push(changed ?? data);
  });
  const release = (controller: TransformStreamDefaultController<Uint8Array>): void => {
    const text = messages.map((data) => `${data.replaceAll(/^/gm, 'data: ')}\n\n`).join('');
    for (const chunk of rewritten ? [new TextEncoder().encode(text)] : held) controller.enqueue(chunk);
    held = [];
    messages = [];
    rewritten = false;
  };
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        held.push(chunk);
        events.feed(chunk);
        if (events.isBetween) release(controller);
      },
      flush: release,
    }),
  );
}
