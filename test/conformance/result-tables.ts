/**
 * Writes the tables of docs/ that are results of runs: protocol support from `npm run conformance` and `npm run hosts`, agent
 * frameworks from `npm run frameworks`.
 *
 *   node test/conformance/result-tables.ts            rewrites the sections
 *   node test/conformance/result-tables.ts --check    fails when they are not what the results say
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { LegSummary, Results } from './results.ts';

const conformance: Results = read('results.json');
const hosts: Results = read('../hosts/results.json');
const frameworks: Readonly<Record<string, string>>[] = read('../interop/results.json');
const sections = [
  {
    page: 'protocol-support.md',
    name: 'protocol-support',
    content: protocolSupport({ ...conformance, legs: [...conformance.legs, ...hosts.legs] }),
  },
  {
    page: 'agents.md',
    name: 'frameworks',
    content: table(Object.keys(frameworks[0] ?? {}), frameworks.map(Object.values)),
  },
];
for (const { page, name, content } of sections) {
  const file = new URL(`../../docs/${page}`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const wanted = withSection(page, text, name, content);
  if (wanted === text) continue;
  if (process.argv.includes('--check')) {
    fail(`docs/${page} is not what the results.json of its runs says. Write it anew: npm run result-tables`);
  }
  writeFileSync(file, wanted);
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
}

function withSection(page: string, text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before !== undefined && after !== undefined) return `${before}${begin}\n${content}\n${end}${after}`;
  return fail(`docs/${page} has no section ${begin} … ${end}: write these two lines where the table belongs.`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

function protocolSupport({ legs, packages }: Results): string {
  const groups = Map.groupBy(legs, ({ side, sdk, suite, revision }) => [revision, side, sdk, suite].join());
  const head = ['protocol', 'as', 'SDK', 'suite', 'SigV4', 'Invoke', 'REST API', 'Node, sessions'];
  return table(
    head,
    [...groups.values()].map((group) => protocolRow(group, packages)),
  );
}

function protocolRow(group: readonly LegSummary[], packages: Results['packages']): string[] {
  const [first] = group as [LegSummary];
  const { side, sdk, suite, revision } = first;
  const name = sdk === 'stdio' ? 'lambda-mcp/server/stdio' : `@modelcontextprotocol/${sdk === 'v1' ? 'sdk' : side}`;
  const scores = (['SigV4', 'Invoke', 'REST', 'Node'] as const).map((way) => {
    const leg = group.find((each) => each.way === way);
    return leg ? `${leg.passed} of ${leg.required}` : '';
  });
  return [revision, side, `\`${name}\` ${packages[name] ?? ''}`.trim(), suite, ...scores];
}
