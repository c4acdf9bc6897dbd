import type { AuditCall } from '../audit-call.ts';
import { isoTime } from '../csv.ts';
import { type Html, html, NOTHING } from './html.ts';
import { countHues, HUES, type Hue } from './hue.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Widths of a bar that a reader can name; milliseconds. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 28 * DAY];
const MAX_BARS = 60;
const LABELS = 5;
const CLASSES: readonly Hue[] = HUES;

/** Calls over time, stacked by how they went. */
export function timeline(calls: readonly AuditCall[], since: number, until: number): Html {
  const timed = calls.filter((call) => call.time !== undefined);
  if (timed.length === 0) return NOTHING;
  const step = STEPS.find((each) => (until - since) / each <= MAX_BARS) ?? (until - since) / MAX_BARS;
  const start = Math.floor(since / step) * step;
  const count = Math.max(1, Math.ceil((until - start) / step));
  const bins = Map.groupBy(timed, ({ time = start }) =>
    Math.min(count - 1, Math.max(0, Math.floor((time - start) / step))),
  );
  const highest = Math.max(...[...bins.values()].map(({ length }) => length));
  const top = niceTop(highest);
  const bars = [...bins].map(([index, bin]) => bar(bin, index, count, top, start + index * step, step));
  const grid = [0, 0.5, 1].map((share) => html`<line x1="0" x2="1000" y1="${share * 200}" y2="${share * 200}"/>`);
  const labels = Array.from({ length: LABELS }, (_, index) => {
    return html`<span>${label(start + (index * count * step) / (LABELS - 1), step)}</span>`;
  });
  return html`<section><h2>Calls over time</h2><p class="soft small">One bar is ${stepName(step)}; times are UTC.</p>${legend(calls)}
<div class="chart"><div class="y"><span>${top}</span><span>${top / 2}</span><span>0</span></div>
<svg viewBox="0 0 1000 200" preserveAspectRatio="none" role="img" aria-label="Calls over time, at most ${highest} in ${stepName(step)}">${grid}${bars}</svg>
<div class="x">${labels}</div></div></section>`;
}

/** The colours that these calls need. */
function legend(calls: readonly AuditCall[]): Html {
  const counts = countHues(calls);
  const entries = CLASSES.filter((name) => counts[name] > 0).map(
    (name) => html`<span><i class="bg-${name}"></i>${name} ${counts[name]}</span>`,
  );
  return html`<div class="legend">${entries}</div>`;
}

function bar(bin: readonly AuditCall[], index: number, count: number, top: number, time: number, step: number): Html {
  const counts = countHues(bin);
  const width = 1000 / count;
  let y = 200;
  const parts = CLASSES.filter((name) => counts[name] > 0).map((name) => {
    const height = (counts[name] / top) * 200;
    y -= height;
    const [left, wide] = [index * width + width * 0.1, width * 0.8].map((value) => value.toFixed(2));
    return html`<rect class="fill-${name}" x="${left}" y="${y.toFixed(2)}" width="${wide}" height="${height.toFixed(2)}"/>`;
  });
  const said = CLASSES.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`);
  return html`<g><title>${label(time, step)}: ${said.join(', ')}</title>${parts}</g>`;
}

/** Even, so that its half is a number of calls too. */
function niceTop(highest: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(highest, 1)));
  const factors = magnitude === 1 ? [2, 4, 6, 8, 10] : [1, 2, 4, 6, 8, 10];
  return factors.map((factor) => factor * magnitude).find((top) => top >= highest) ?? highest;
}

function label(time: number, step: number): string {
  const text = isoTime(time);
  return step >= DAY ? text.slice(0, 10) : text.slice(5, 16).replace('T', ' ');
}

function stepName(step: number): string {
  if (step >= DAY) return plural(step / DAY, 'day');
  return step >= HOUR ? plural(step / HOUR, 'hour') : plural(step / MINUTE, 'minute');
}

function plural(count: number, unit: string): string {
  const rounded = Math.round(count * 10) / 10;
  return rounded === 1 ? `one ${unit}` : `${rounded} ${unit}s`;
}
