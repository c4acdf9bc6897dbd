import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measureSection } from '../../bench/cost/hosts.ts';
import { HOST_PRICES } from '../../wire/aws/prices.ts';

it('docs/hosts.md says what each host costs, as bench reckons it', async () => {
  const [table] = (await measureSection()).tables;
  const docs = readFileSync(new URL('../../docs/hosts.md', import.meta.url), 'utf8');
  for (const { name, cells } of table?.rows ?? []) expect(docs).toContain(`| ${name} | ${cells.join(' | ')} |`);
  for (const { title } of table?.columns ?? []) expect(docs).toContain(` ${title} |`);
  const { vcpuHour, gigabyteHour } = HOST_PRICES.agentRuntime;
  expect(docs).toContain(`($${vcpuHour} a vCPU-hour, $${gigabyteHour} a GB-hour`);
});
