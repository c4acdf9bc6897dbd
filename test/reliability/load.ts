import { parseArgs } from 'node:util';
import { formatTable } from '../support/table.ts';
import { type Memory, measureMemory } from './load/memory.ts';
import { runStage, type Stage, type StageResult } from './load/run-stage.ts';
import { startFunction } from './load/start-function.ts';
import { streamLarge } from './load/stream-large.ts';

/**
 * Many callers at once: lists, calls and calls with progress, by each transport, from clients of both SDK lines.
 *
 * The rule: no error, each result is the one that was asked for, and the memory of client and function does not grow
 * from the first thousand calls to the last; an answer of 150 MB streams through both in bounded memory.
 */
const { values } = parseArgs({ options: { calls: { type: 'string', default: '50000' } } });
const total = Number(values.calls);
if (!Number.isInteger(total) || total < 100) {
  console.error('Usage: npm run load -- [--calls N]');
  process.exit(2);
}
/** Each number of callers, and its share of the calls. */
const SHARES = [
  [1, 0.04],
  [10, 0.16],
  [100, 0.4],
  [500, 0.4],
] as const;
/** Of a heap, from the first thousand calls to the last; MB. */
const HEAP_GROWTH = 16;
/** Of a process while 150 MB go through it; MB. */
const STREAM_GROWTH = 100;

const broken: string[] = [];
const rows: string[][] = [];
const memories: Memory[] = [];
const running = await startFunction('load');
for (const way of ['SigV4', 'Invoke'] as const) {
  for (const [callers, share] of SHARES) {
    const stage: Stage = { way, callers, calls: Math.ceil((total * share) / 2) };
    const result = await runStage(stage, running);
    const memory = await measureMemory(running);
    memories.push(memory);
    rows.push(row(stage, result, memory));
    if (result.errors.length > 0) broken.push(`${result.errors.length} errors, the first: ${result.errors[0]}`);
  }
}
running.close();
console.log(
  formatTable(
    [
      'transport',
      'callers',
      'calls',
      'errors',
      'calls/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'max ms',
      'client heap MB',
      'function heap MB',
    ],
    rows,
  ),
);
const [first, last] = [memories[0], memories.at(-1)];
for (const side of ['client', 'function'] as const) {
  const growth = (last?.[side] ?? 0) - (first?.[side] ?? 0);
  if (growth > HEAP_GROWTH) broken.push(`the heap of the ${side} grew by ${growth.toFixed(1)} MB`);
}

console.log('\nAn answer of 150 MB, read as it comes:\n');
const large = await streamLarge(150);
console.log(
  formatTable(
    ['transport', 'content type', 'MB', 'seconds', 'client grew by MB', 'function grew by MB'],
    large.map(({ way, type, bytes, duration, growth }) => [
      way,
      type,
      (bytes / 2 ** 20).toFixed(0),
      (duration / 1000).toFixed(1),
      growth.client.toFixed(0),
      growth.function.toFixed(0),
    ]),
  ),
);
for (const { way, type, bytes, growth } of large) {
  if (bytes < 150 * 2 ** 20) broken.push(`${way}, ${type}: ${bytes} bytes of 150 MB`);
  if (Math.max(growth.client, growth.function) > STREAM_GROWTH) broken.push(`${way}, ${type}: it was held in memory`);
}
console.log(broken.length === 0 ? '\nthe rule holds' : `\nthe rule is broken:\n- ${broken.join('\n- ')}`);
process.exit(broken.length > 0 ? 1 : 0);

function row({ way, callers, calls }: Stage, { errors, duration, latencies }: StageResult, memory: Memory): string[] {
  const at = (share: number) => (latencies[Math.min(calls - 1, Math.floor(calls * share))] ?? 0).toFixed(1);
  return [
    way,
    String(callers),
    String(calls),
    String(errors.length),
    (calls / (duration / 1000)).toFixed(0),
    ...[0.5, 0.95, 0.99, 1].map(at),
    memory.client.toFixed(1),
    memory.function.toFixed(1),
  ];
}
