import type { Architecture } from '../../../wire/aws/prices.ts';
import { type AuditCall, isWhole, onBehalf } from '../audit-call.ts';
import { dollars, sumCosts } from '../cost.ts';
import { shortCaller } from '../fold-caller.ts';
import { callerText, milliseconds, shortTime } from '../print-calls.ts';
import {
  countEndings,
  endingOf,
  endingsIn,
  type Group,
  type GroupBy,
  groupCalls,
  outcomeText,
  whatOf,
} from '../summarize.ts';
import { type Html, html, NOTHING } from './html.ts';
import { countHues, HUES, hueOf } from './hue.ts';

/** Rows of a table, and names in a row, beyond which a page is too heavy to read. What is left out is said. */
const MOST_ROWS = 400;
const RAREST_ROWS = 100;
const MOST_NAMES = 250;
const MOST_SESSIONS = 25;

/**
 * A table that can be scrolled by keyboard, with a name for those who do not see it. It keeps its roles where its rows are
 * shown as cards, and are no table to a browser.
 */
function table(name: string, heads: readonly Html[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table role="table" aria-label="${name}"><tr role="row" class="heads">${heads}</tr>${rows}</table></div>`;
}

function heading(text: string, className = ''): Html {
  return html`<th role="columnheader" scope="col" class="${className}">${text}</th>`;
}

/** The largest groups and the rarest, which an auditor looks for; what is between them is said to be left out. */
function endsOf(groups: readonly Group[], unit: string): { shown: readonly Group[]; more: Html } {
  if (groups.length <= MOST_ROWS + RAREST_ROWS) return { shown: groups, more: NOTHING };
  const left = groups.slice(MOST_ROWS, -RAREST_ROWS);
  const calls = left.reduce((sum, group) => sum + group.calls.length, 0);
  const more = html`<p class="note">${left.length} ${unit} between the ${MOST_ROWS} with the most calls and the ${RAREST_ROWS} with the fewest are not in this table (${calls} calls); --csv has them all.</p>`;
  return { shown: [...groups.slice(0, MOST_ROWS), ...groups.slice(-RAREST_ROWS)], more };
}

/** Who, or what, how often, how it went and what it cost. */
export function groupsSection(
  title: string,
  calls: readonly AuditCall[],
  by: GroupBy,
  architecture: Architecture,
): Html {
  const groups = groupCalls(calls, by);
  const endings = endingsIn(countEndings(calls));
  const most = groups[0]?.calls.length ?? 0;
  const { shown, more } = endsOf(groups, `${by}s`);
  const isCaller = by === 'caller';
  const rows = shown.map((group) => {
    const { key, counts, last, calls: own } = group;
    const cells = endings.map(
      (name) =>
        html`<td role="cell" class="number ${counts[name] > 0 ? `fg-${hueOf(name)}` : 'soft'}" data-label="${name}">${counts[name]}</td>`,
    );
    const name = isCaller ? [html`${shortCaller(key)}`, sessions(own)] : [html`${key}`];
    return html`<tr role="row"><th role="rowheader" scope="row" title="${key}">${name}</th><td role="cell" class="wide">${bar(group, most)}</td>
<td role="cell" class="number" data-label="calls">${own.length}</td>${cells}<td role="cell" class="number" data-label="cost">${dollars(sumCosts(own, architecture), own.length)}</td><td role="cell" class="time" data-label="last (UTC)">${shortTime(last)}</td></tr>`;
  });
  const numbers = ['calls', ...endings, 'cost'].map((head) => heading(head, 'number'));
  return html`<section><h2>${title} (${groups.length})</h2>${table(title, [heading(by), heading(''), ...numbers, heading('last (UTC)')], rows)}${more}</section>`;
}

/** The sessions of a role, beneath it. */
function sessions(calls: readonly AuditCall[]): Html {
  const counts = [
    ...Map.groupBy(
      calls.filter(({ session }) => session !== undefined),
      ({ session = '' }) => session,
    ),
  ]
    .map(([name, own]) => ({ name, count: own.length }))
    .sort((a, b) => b.count - a.count);
  if (counts.length < 2) return counts[0] ? html`<div class="soft small">session ${counts[0].name}</div>` : NOTHING;
  const shown = counts
    .slice(0, MOST_SESSIONS)
    .map(({ name, count }) => html`<li>${name} <span class="soft">${count}</span></li>`);
  const left = counts.length - shown.length;
  const more = left > 0 ? html`<li class="soft">${left} more: --by session</li>` : NOTHING;
  return html`<details class="small"><summary>${counts.length} sessions</summary><ul>${shown}${more}</ul></details>`;
}

function bar({ calls }: Group, most: number): Html {
  const counts = countHues(calls);
  const parts = HUES.filter((name) => counts[name] > 0).map(
    (name) => html`<i class="bg-${name}" style="flex:${counts[name]}" title="${counts[name]} ${name}"></i>`,
  );
  return html`<div class="bar" aria-hidden="true" style="width:${((calls.length / most) * 100).toFixed(1)}%">${parts}</div>`;
}

/** Who called which tool: every pair, the rare ones too. */
export function pairsSection(calls: readonly AuditCall[]): Html {
  const { shown, more } = endsOf(groupCalls(calls, 'caller'), 'callers');
  const rows = shown.map(({ key, calls: own }) => {
    const tools = groupCalls(own, 'tool');
    const names = tools
      .slice(0, MOST_NAMES)
      .map(({ key: tool, calls: { length } }) => html`<span class="pair">${tool} <b>${length}</b></span> `);
    const left = tools.length - names.length;
    const rest = left > 0 ? html`<span class="note">${left} more: --caller and --by tool</span>` : NOTHING;
    return html`<tr role="row"><th role="rowheader" scope="row" title="${key}">${shortCaller(key)}</th><td role="cell" class="pairs">${names}${rest}</td></tr>`;
  });
  const title = 'Who called which tool';
  return html`<section><h2>${title}</h2>${table(title, [heading('caller'), heading('tools, and how often')], rows)}${more}</section>`;
}

const LATENCIES = ['p50', 'p95', 'p99', 'max'] as const;

/** How long calls took, by tool. */
export function latencySection(calls: readonly AuditCall[]): Html {
  const timed = calls.filter(({ tool, duration }) => tool !== undefined && duration !== undefined);
  const groups = groupCalls(timed, 'tool');
  if (groups.length === 0) return NOTHING;
  const { shown, more } = endsOf(groups, 'tools');
  const longest = shown.reduce((most, { latency }) => Math.max(most, latency?.max ?? 0), 0.001);
  const at = (value: number) => `${((value / longest) * 100).toFixed(2)}%`;
  const rows = shown.map(({ key, latency = { p50: 0, p95: 0, p99: 0, max: 0 }, calls: own }) => {
    const numbers = LATENCIES.map(
      (name) => html`<td role="cell" class="number" data-label="${name}">${milliseconds(latency[name])}</td>`,
    );
    return html`<tr role="row"><th role="rowheader" scope="row">${key}</th><td role="cell" class="wide"><div class="range" aria-hidden="true"><i style="left:0;width:${at(latency.p95)}"></i><b style="left:${at(latency.p50)}"></b></div></td>
<td role="cell" class="number" data-label="calls">${own.length}</td>${numbers}</tr>`;
  });
  const title = 'How long they took';
  const heads = ['calls', ...LATENCIES].map((head) => heading(head, 'number'));
  return html`<section><h2>${title}</h2><p class="soft small">Milliseconds in the function, by tool. The bar ends at p95; the mark is the median.</p>
${table(title, [heading('tool'), heading(''), ...heads], rows)}${more}</section>`;
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
  const most = MOST_ROWS + RAREST_ROWS;
  const rows = calls.slice(-most).toReversed().map(row);
  const left = calls.length - rows.length;
  const more = left > 0 ? html`<p class="note">${left} earlier ones are not shown; --csv has them all.</p>` : NOTHING;
  const heads = ['time (UTC)', 'caller', 'tool', 'outcome'].map((head) => heading(head));
  const rest = [heading('ms', 'number'), heading('via'), heading('evidence'), heading('what else is known')];
  const list = html`${table(title, [...heads, ...rest], rows)}${more}`;
  const said = html`<p class="soft small">${explanation}</p>`;
  return folded
    ? html`<section id="${id}"><details><summary>${title} (${calls.length})</summary>${said}${list}</details></section>`
    : html`<section id="${id}"><h2>${title} (${calls.length})</h2>${said}${list}</section>`;
}

function row(call: AuditCall): Html {
  const { time, caller, duration, via, evidence, note, error, sourceIp, requestId, traceId } = call;
  const behalf = onBehalf(call);
  const details = [
    ...(note ? [html`<div class="note">${note}</div>`] : []),
    ...(behalf ? [html`<div>for ${behalf}</div>`] : []),
    ...(error ? [html`<div title="${error}">${shortReason(error)}</div>`] : []),
    html`<div class="soft">${sourceIp ? html`from ${sourceIp}, ` : NOTHING}request <code>${requestId}</code>${traceId ? html`, trace <code>${traceId}</code>` : NOTHING}</div>`,
  ];
  return html`<tr role="row"><td role="cell" class="time">${shortTime(time)}</td><td role="cell" class="what" title="${caller}">${callerText(call)}</td><td role="cell" class="what">${whatOf(call)}</td>
<td role="cell" class="outcome fg-${hueOf(endingOf(call))}">${outcomeText(call)}</td><td role="cell" class="number" data-label="ms">${milliseconds(duration)}</td><td role="cell" class="via" data-label="via">${via ?? ''}</td>
<td role="cell" class="${isWhole(call) ? 'soft' : 'fg-refused'}">${evidence}</td><td role="cell" class="small details">${details}</td></tr>`;
}

/** AWS's message without the caller and the function, which the report shows already. */
function shortReason(error: string): string {
  return error.replace(/^User: \S+ is not authorized to perform: (\S+) on resource: \S+/, 'may not $1');
}
