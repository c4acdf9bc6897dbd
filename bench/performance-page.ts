import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { inShort } from './in-short.ts';
import { toMarkdown } from './markdown.ts';
import type { Section } from './section.ts';
import { SECTIONS } from './sections.ts';

const RESULTS = new URL('results.json', import.meta.url);
const PAGE = new URL('../docs/performance.md', import.meta.url);

interface Result extends Section {
  /** Where and when it was measured. */
  readonly measured: { readonly on: string; readonly node: string; readonly machine: string };
}

/** Keeps a section's figures, in place of earlier ones. */
export function keepResult(name: string, section: Section): void {
  const results = readResults();
  results[name] = {
    measured: { on: new Date().toISOString().slice(0, 10), node: process.version, machine },
    ...section,
  };
  const ordered = SECTIONS.flatMap((known) => (results[known] ? [[known, results[known]]] : []));
  writeFileSync(RESULTS, `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`);
}

/** Writes `docs/performance.md` from what `results.json` holds. */
export function writePerformancePage(): void {
  writeFileSync(PAGE, performancePage());
}

/** Whether the page is what the figures that are kept make of it. */
export function isPerformancePageCurrent(): boolean {
  return existsSync(PAGE) && readFileSync(PAGE, 'utf8') === performancePage();
}

function performancePage(): string {
  const kept = readResults();
  const results = Object.values(kept);
  const measured = new Set(
    results.map(({ measured: { on, node, machine } }) => `${on}, Node ${node.slice(1)}, ${machine}`),
  );
  const sections = [inShort(kept), HOW, `Measured: ${[...measured].join('; ')}.`, ...results.map(toMarkdown)];
  return `${[TITLE, ...sections].join('\n\n')}\n`;
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() || process.arch}, ${Math.round(totalmem() / 2 ** 30)} GB`;

function readResults(): Record<string, Result> {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return {};
  }
}

const TITLE = `# Performance and cost

Written by \`npm run bench\` from \`bench/results.json\`: do not edit it by hand.`;

const HOW = `## How to read the tables

Everything was measured on one machine, over loopback where there is a network at all; nothing on AWS. A figure is the
median of many samples, with the 10th and 90th percentile behind it, and how many times ours it is: above 1 ours is
faster, or smaller, below 1 it is not. What is compared runs in the same process by turns, or in processes started by
turns, with the same tools, bodies and Node. Rows in which we lose stay.`;
