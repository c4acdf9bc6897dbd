import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** Tells the caller of progress; does nothing where it did not ask to be told. */
export type TellProgress = (progress: number, message: string) => Promise<void>;

interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
}

// biome-ignore lint/suspicious/noExplicitAny: one table of tools for two SDKs whose argument types differ
type Run = (args: any, tell: TellProgress) => Promise<ToolResult>;
type Register = (name: string, config: { description: string; inputSchema: z.ZodObject }, run: Run) => void;

const steps = z.object({ count: z.int(), gapMs: z.number() });
const length = z.object({ text: z.string() });
const large = z.object({ bytes: z.int() });

/** The same tools for either line of the SDK. */
export function registerTools(register: Register): void {
  register(
    'steps',
    { description: 'Tells its progress, each time with the clock of that moment', inputSchema: steps },
    async ({ count, gapMs }, tell) => {
      for (let progress = 1; progress <= count; progress += 1) {
        await tell(progress, String(process.hrtime.bigint()));
        if (gapMs > 0) await sleep(gapMs);
      }
      return said('done');
    },
  );
  register('length', { description: 'Tells how long a text is', inputSchema: length }, async ({ text }) =>
    said(String(text.length)),
  );
  register('large', { description: 'Answers with so many bytes of text', inputSchema: large }, async ({ bytes }) =>
    said('x'.repeat(bytes)),
  );
}

function said(text: string): ToolResult {
  return { content: [{ type: 'text', text }] };
}
