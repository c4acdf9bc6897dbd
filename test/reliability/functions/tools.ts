import * as z from 'zod';

/** Thrown where a caller must never see it. */
export const SERVER_SECRET = 'the-password-of-the-database';

interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
}

type Progress = (progress: number) => Promise<void>;
// biome-ignore lint/suspicious/noExplicitAny: one table of tools for two SDKs whose argument types differ
type Run = (args: any, progress: Progress) => Promise<ToolResult>;
export type Register = (
  name: string,
  config: { description: string; inputSchema: z.ZodObject },
  run: (args: never, progress: Progress) => Promise<ToolResult>,
) => void;

/** Tools without side effects, for either SDK line. */
export function registerTools(register: Register): void {
  const tool = (name: string, shape: z.ZodRawShape, run: Run) =>
    register(name, { description: name, inputSchema: z.object(shape) }, run);

  tool('echo', { text: z.string() }, async ({ text }) => result(text));
  tool('add', { a: z.number(), b: z.number() }, async ({ a, b }) => result(String(a + b)));
  tool('anything', { value: z.unknown() }, async ({ value }) => result(JSON.stringify(value) ?? ''));
  tool('steps', { steps: z.int().min(0).max(20) }, async ({ steps }, progress) => {
    for (let step = 1; step <= steps; step += 1) await progress(step);
    return result(`${steps} steps`);
  });
  tool('throw', {}, async () => {
    throw new Error('the tool failed');
  });
}

function result(text: string): ToolResult {
  return { content: [{ type: 'text', text }] };
}
