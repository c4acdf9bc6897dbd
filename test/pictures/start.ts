/** `npm run pictures`: what `npm start` prints, as the terminal of the README. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Shade, svg, text } from './svg.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FONT = "font: 13px ui-monospace, 'SF Mono', Menlo, Consolas, monospace";
const COLUMNS = 100;
const [LINE_HEIGHT, CHARACTER, MARGIN] = [18, 7.83, 18];

const printed = execFileSync(process.execPath, [join(ROOT, 'examples/quickstart/tour.ts')], { encoding: 'utf8' });
const lines = ['$ npm start', ...printed.trimEnd().split('\n').flatMap(wrapped)];
const shown = lines.map((line, at) => text(MARGIN, MARGIN + 12 + at * LINE_HEIGHT, line, shadeOf(line), FONT));
const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
writeFileSync(join(ROOT, 'docs/images/start.svg'), svg(width, height, 'What npm start prints', shown));

/** A long line as a terminal shows it. */
function wrapped(line: string): string[] {
  return line.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [''];
}

function shadeOf(line: string): Shade {
  if (line.startsWith('$')) return 'accent';
  if (line.startsWith('  ✓')) return 'good';
  return /^(?:\d\.|Everything)/.test(line) ? 'ink' : 'faint';
}
