import type { AuditCall } from '../join-calls.ts';
import { milliseconds, shortCaller, shortTime } from '../print-calls.ts';
import { classOf, type Group, type GroupBy, groupCalls, type OutcomeClass, whatOf } from '../summarize.ts';
import { type Html, html, NOTHING } from './html.ts';

const CLASSES: readonly OutcomeClass[] = ['ok', 'failed', 'refused', 'unknown'];
/** Rows beyond these would make the page too heavy to read; the CSV has them all. */
const MAX_ROWS = 500;
const MAX_TOOLS = 12;

/** Who, or what, how often and how it went. */
export function groupsSection(title: string, calls: readonly AuditCall[], by: GroupBy): Html {
  const groups = groupCalls(calls, by).slice(0, MAX_ROWS);
  const most = groups[0]?.calls.length ?? 0;
  const rows = groups.map((group) => {
    const { key, counts, last } = group;
    return html`<tr><td title="${key}">${by === 'caller' ? shortCaller(key) : key}</td><td class="wide">${bar(group, most)}</td>
<td class="number">${group.calls.length}</td>${CLASSES.map((name) => count(counts[name], name))}<td class="time">${shortTime(last)}</td></tr>`;
  });
  const heads = ['calls', ...CLASSES].map((head) => html`<th class="number">${head}</th>`);
  return html`<section><h2>${title}</h2><div class="scroll"><table><tr><th>${by}</th><th></th>${heads}<th>last (UTC)</th></tr>${rows}</table></div></section>`;
}

function bar({ counts, calls }: Group, most: number): Html {
  const parts = CLASSES.filter((name) => counts[name] > 0).map(
    (name) => html`<i class="bg-${name}" style="flex:${counts[name]}" title="${counts[name]} ${name}"></i>`,
  );
  return html`<div class="bar" style="width:${((calls.length / most) * 100).toFixed(1)}%">${parts}</div>`;
}

function count(value: number, name: OutcomeClass): Html {
  return html`<td class="number ${value > 0 ? `fg-${name}` : 'soft'}">${value}</td>`;
}

/** Who called which tool, as a grid. */
export function gridSection(calls: readonly AuditCall[]): Html {
  const tools = groupCalls(calls, 'tool').slice(0, MAX_TOOLS);
  const callers = groupCalls(calls, 'caller').slice(0, MAX_ROWS);
  if (tools.length < 2 && callers.length < 2) return NOTHING;
  const rows = callers.map(({ key, calls: own }) => {
    const byTool = Map.groupBy(own, whatOf);
    const most = Math.max(...tools.map((tool) => tool.calls.length));
    const cells = tools.map((tool) => {
      const number = byTool.get(tool.key)?.length ?? 0;
      if (number === 0) return html`<td class="soft">·</td>`;
      const share = Math.round(12 + 43 * (number / most));
      return html`<td><span style="background:color-mix(in srgb, var(--ok) ${share}%, transparent)">${number}</span></td>`;
    });
    return html`<tr><th scope="row" title="${key}">${shortCaller(key)}</th>${cells}</tr>`;
  });
  const heads = tools.map(({ key }) => html`<th class="number">${key}</th>`);
  return html`<section><h2>Who called which tool</h2><div class="scroll"><table class="heat"><tr><th>caller</th>${heads}</tr>${rows}</table></div></section>`;
}

/** How long calls took, by tool. */
export function latencySection(calls: readonly AuditCall[]): Html {
  const groups = groupCalls(
    calls.filter(({ tool }) => tool !== undefined),
    'tool',
  )
    .filter(({ latency }) => latency)
    .slice(0, MAX_ROWS);
  if (groups.length === 0) return NOTHING;
  const longest = Math.max(...groups.map(({ latency }) => latency?.max ?? 0));
  const at = (value: number) => `${((value / longest) * 100).toFixed(2)}%`;
  const rows = groups.map(({ key, latency = { p50: 0, p95: 0, p99: 0, max: 0 }, calls: own }) => {
    const numbers = [latency.p50, latency.p95, latency.p99, latency.max];
    return html`<tr><td>${key}</td><td class="wide"><div class="range"><i style="left:0;width:${at(latency.p95)}"></i><b style="left:${at(latency.p50)}"></b></div></td>
<td class="number">${own.length}</td>${numbers.map((value) => html`<td class="number">${milliseconds(value)}</td>`)}</tr>`;
  });
  const heads = ['calls', 'p50', 'p95', 'p99', 'max'].map((head) => html`<th class="number">${head}</th>`);
  return html`<section><h2>How long they took</h2><p class="soft small">Milliseconds in the function, by tool. The bar ends at p95; the mark is the median.</p>
<div class="scroll"><table><tr><th>tool</th><th></th>${heads}</tr>${rows}</table></div></section>`;
}

/** Calls one by one, the latest first. */
export function callsSection(
  id: string,
  title: string,
  explanation: string,
  calls: readonly AuditCall[],
  folded = false,
): Html {
  if (calls.length === 0) return NOTHING;
  const rows = calls.toReversed().slice(0, MAX_ROWS).map(row);
  const left = calls.length - rows.length;
  const more =
    left > 0 ? html`<p class="soft small">${left} earlier ones are not shown; --csv has them all.</p>` : NOTHING;
  const heads = ['time (UTC)', 'caller', 'tool', 'outcome'].map((head) => html`<th>${head}</th>`);
  const table = html`<div class="scroll"><table><tr>${heads}<th class="number">ms</th><th>via</th><th>evidence</th><th>what else is known</th></tr>${rows}</table></div>${more}`;
  const said = html`<p class="soft small">${explanation}</p>`;
  return folded
    ? html`<section id="${id}"><details><summary>${title} (${calls.length})</summary>${said}${table}</details></section>`
    : html`<section id="${id}"><h2>${title} (${calls.length})</h2>${said}${table}</section>`;
}

function row(call: AuditCall): Html {
  const { time, caller, outcome, duration, via, evidence, note, error, sourceIp, requestId } = call;
  const details = [
    ...(note ? [html`<div class="note">${note}</div>`] : []),
    ...(error ? [html`<div title="${error}">${shortReason(error)}</div>`] : []),
    html`<div class="soft">${sourceIp ? html`from ${sourceIp}, ` : NOTHING}request <code>${requestId}</code></div>`,
  ];
  return html`<tr><td class="time">${shortTime(time)}</td><td class="what" title="${caller}">${shortCaller(caller)}</td><td class="what">${whatOf(call)}</td>
<td class="outcome fg-${classOf(call)}">${outcome}</td><td class="number">${milliseconds(duration)}</td><td class="via">${via ?? ''}</td>
<td class="${evidence === 'trail and log' ? 'soft' : 'fg-refused'}">${evidence}</td><td class="small details">${details}</td></tr>`;
}

/** AWS's message without the caller and the function, which the report shows already. */
function shortReason(error: string): string {
  return error.replace(/^User: \S+ is not authorized to perform: (\S+) on resource: \S+/, 'may not $1');
}
