/** A function alone in a process, as on Lambda: `node function-process.mjs BUNDLE REQUEST COUNT`. Sends its peak memory. */
import { defineAwslambda, type Handler, invoke } from '../server/function-url.ts';
import { readMemory } from '../streaming/memory.ts';

const [bundled = '', request = '', count = ''] = process.argv.slice(2);
defineAwslambda();
const { handler } = (await import(bundled)) as { handler: Handler };
const requests = JSON.parse(request) as { body: string; headers: Record<string, string> }[];
for (let i = 0; i < Number(count); i += 1) {
  for (const { body, headers } of requests) await invoke(handler, body, headers);
}
process.send?.(readMemory().peak, () => process.exit());
