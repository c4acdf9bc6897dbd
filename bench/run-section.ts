/** `node run-section.ts SECTION FILE`: measures one section and writes it to the file. `run.ts` starts it. */
import { writeFileSync } from 'node:fs';
import type { Section } from './section.ts';

const [name, output] = process.argv.slice(2) as [string, string];
const { measureSection } = (await import(`./${name}.ts`)) as { measureSection(): Promise<Section> };
writeFileSync(output, JSON.stringify(await measureSection()));
process.exit(0);
