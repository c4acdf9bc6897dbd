import { figure } from './markdown.ts';
import type { Section, Table } from './section.ts';
import type { SECTIONS } from './sections.ts';

type Results = Readonly<Record<string, Section>>;

/**
 * What the figures mean for somebody who uses the package: one screen, every number out of the sections below it. A sentence
 * whose section was not measured is left out.
 */
export function inShort(results: Results): string {
  const of = (name: (typeof SECTIONS)[number], row: string, column: string, table = 0): string | undefined => {
    const found = results[name]?.tables[table];
    return found && written(found, row, column);
  };
  const sentences: [what: string, ...figures: (string | undefined)[]][] = [
    [
      '**A call costs next to nothing of our own.** To sign one and hand it over takes % µs (% with the next best), and to serve ' +
        'it inside the function % µs (% in the SDK’s bare handler). What you pay for is your tool.',
      of('client/signing', 'lambda-mcp `sigv4Fetch`', '300 B'),
      of('client/signing', 'awslabs `createSigV4Fetch`', '300 B'),
      of('server/request', '`lambda-mcp/server`', 'tools/call 2026-07-28'),
      of('server/request', "the SDK's bare handler", 'tools/call 2026-07-28'),
    ],
    [
      '**Fewer billed invocations.** To connect, list and call is billed % times in the 2025 revisions, where a `fetch` that signs ' +
        'is billed % times; in 2026-07-28 both are billed % times, and % with what an earlier connection discovered.',
      of('client/invocations', 'lambda-mcp `SigV4ClientTransport`', 'v2, 2025-11-25'),
      of('client/invocations', 'the SDK’s transport, a `fetch` that signs', 'v2, 2025-11-25'),
      of('client/invocations', 'lambda-mcp `SigV4ClientTransport`', 'v2, 2026-07-28'),
      of('client/invocations', 'lambda-mcp `SigV4ClientTransport`', 'v2, 2026-07-28, known server'),
    ],
    [
      '**Make schemas once, at module level.** Made for each request, twenty of them make a call take % µs in place of %, whoever ' +
        'serves it. It is the one thing in your hands that decides.',
      of('server/request', '`lambda-mcp/server`', 'tools/call 2025-11-25', 1),
      of('server/request', '`lambda-mcp/server`', 'tools/call 2025-11-25'),
    ],
    [
      '**A cold start is the SDK’s.** The first call is answered after % ms (% in the SDK’s bare handler; a Node that does nothing ' +
        'takes %), but a larger part of it lies in the init phase.',
      of('server/cold-start', '`lambda-mcp/server`', 'tools/call answered'),
      of('server/cold-start', "the SDK's bare handler", 'tools/call answered'),
      of('server/cold-start', 'Node, which does nothing', 'loaded'),
    ],
    [
      '**Progress arrives as the tool runs**, % ms after it was sent, and 150 MB stream through with the client growing by % MB.',
      of('streaming/latency', 'lambda-mcp, SigV4', 'first notification'),
      of('streaming/large-result', 'lambda-mcp, SigV4', 'client grows by', 2),
    ],
    [
      '**A stdio server becomes usable.** A warm call takes % µs, where an adapter that starts the process for each call takes ' +
        '% µs.',
      of('stdio/stdio', '`lambda-mcp/server/stdio`, 2025-11-25', 'tools/call'),
      of('stdio/stdio', 'awslabs, stdio', 'tools/call'),
    ],
    [
      '**A month of 15 million calls** with short answers costs $%, audit trail included, at list prices; AWS’s guidance for ' +
        'containers costs $%. From % calls a month on the guidance costs less.',
      of('cost/cost', 'answers of 2 KB: audit trail too', '15 M', 2),
      of('cost/cost', 'AWS’s guidance, 2 KB, waiting or not', '15 M', 2),
      of('cost/cost', 'answers of 2 KB', 'audit trail too', 3),
    ],
    [
      '**An audit of half a million calls** takes % s and % MB.',
      of('audit/audit', '500,000 calls: the page', 'time'),
      of('audit/audit', '500,000 calls: the page', 'memory'),
    ],
  ];
  const list = sentences
    .filter((sentence) => !sentence.includes(undefined))
    .map(([what, ...figures]) => {
      const left = figures.values();
      return `- ${what.replace(/%/g, () => left.next().value as string)}`;
    });
  return ['## In short', list.join('\n'), missed(results)].filter(Boolean).join('\n\n');
}

/** A cell by its row and the first column of that title. */
function written({ columns, rows }: Table, row: string, column: string): string | undefined {
  const index = columns.findIndex(({ title }) => title === column);
  const cell = rows.find(({ name }) => name === row)?.cells[index];
  if (cell === undefined || typeof cell === 'string') return cell;
  return figure(typeof cell === 'number' ? cell : cell.median);
}

function missed(results: Results): string {
  const targets = Object.values(results).flatMap((section) =>
    section.targets.map((target) => ({ ...target, title: section.title })),
  );
  const lost = targets.filter(({ reached }) => !reached);
  if (targets.length === 0) return '';
  const named = lost.map(({ title, what, seen }) => `${title.toLowerCase()}: ${what}, ${seen}`).join('; ');
  return `Of ${targets.length} targets ${targets.length - lost.length} are reached${named ? `. Missed: ${named}` : ''}.`;
}
