import type { Architecture } from '../../../wire/aws/prices.ts';
import { type AuditCall, isWhole, UNPROVEN } from '../audit-call.ts';
import type { Completeness } from '../completeness.ts';
import { shortTime } from '../print-calls.ts';
import { countEndings, endingOf, endingsIn } from '../summarize.ts';
import type { Unusual } from '../unusual/unusual.ts';
import { type Html, html, NOTHING } from './html.ts';
import { countHues } from './hue.ts';
import { callsSection, groupsSection, latencySection, pairsSection } from './sections.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';

export interface Report {
  /** The function's name. */
  readonly functionName: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly calls: readonly AuditCall[];
  /** Messages that are no call of a tool, and not shown. */
  readonly leftOut: number;
  /** Where it was read from, in words. */
  readonly sources: readonly string[];
  /** How the calls were chosen, in words; empty when all were. */
  readonly filters: readonly string[];
  /** For what calls cost. */
  readonly architecture: Architecture;
  readonly completeness: Completeness;
  readonly unusual: Unusual;
}

/** The audit as one page that loads nothing: no script, no font, no image. */
export function reportPage(report: Report): string {
  const { functionName, since, until, calls, filters, architecture } = report;
  const refusals = calls.filter((call) => REFUSED.has(endingOf(call)));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Who called ${functionName}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
<h1>Who called ${functionName}</h1>
<p class="soft">${shortTime(since)} to ${shortTime(until)} UTC${filters.length > 0 ? `; ${filters.join('; ')}` : ''}</p>
${halfAnAudit(report.completeness)}
${unusualSection(report.unusual)}
${tiles(calls)}
${calls.length === 0 ? html`<section><p>There were no calls.</p></section>` : verdict(calls)}
${
  calls.length === 0
    ? NOTHING
    : [
        timeline(calls, since, until),
        groupsSection('By caller', calls, 'caller', architecture),
        groupsSection('By tool', calls, 'tool', architecture),
        pairsSection(calls),
        callsSection('conflicts', 'In conflict', CONFLICTS, calls.filter(conflicts)),
        callsSection('disagreeing', 'Both sides know it, and do not agree', DISAGREEING, calls.filter(disagrees)),
        callsSection(
          'unrecorded',
          'Logged by the function, without AWS’s record',
          UNRECORDED,
          calls.filter(unrecorded),
        ),
        callsSection('silent', 'Recorded by AWS, without the function’s line', SILENT, calls.filter(silent)),
        callsSection('refusals', 'Refusals', REFUSALS, refusals),
        latencySection(calls),
        callsSection('all', 'All calls', '', calls, calls.length > 40),
      ]
}
${footer(report)}
</main>
</body>
</html>
`;
  return page.html;
}

const REFUSALS = 'Refused or throttled by AWS before the function ran, or rejected by the server before any tool did.';
const REFUSED: ReadonlySet<string> = new Set(['refused by IAM', 'throttled', 'refused by the server']);
const CONFLICTS =
  'What the log says of these contradicts itself, or AWS’s record: a line that something else wrote, or one of another ' +
  'environment, function or time. Nothing of it is believed.';
const DISAGREEING = 'AWS’s record decides who called; the note says what the function held to be so.';
const UNRECORDED =
  'Who called is not proven. Either no trail covers these calls, or it delivered late (up to 15 minutes is common), or ' +
  'the line was written by something else than a call.';
const SILENT =
  'Which tool was called is not known: the function crashed or timed out before it could log, its log was not read, or ' +
  'another handler answered.';

function disagrees({ evidence, note }: AuditCall): boolean {
  return isWhole({ evidence }) && note !== undefined;
}

function unrecorded({ evidence }: AuditCall): boolean {
  return evidence.startsWith('log only');
}

function silent({ evidence }: AuditCall): boolean {
  return evidence === 'trail only' || evidence === 'access log only';
}

function conflicts({ evidence }: AuditCall): boolean {
  return evidence === 'conflict';
}

/** What is missing comes before anything that could be taken for the whole. */
function halfAnAudit({ missing }: Completeness): Html {
  if (missing.length === 0) return NOTHING;
  const items = missing.map((why) => html`<li>${why}</li>`);
  return html`<section class="verdict half"><h2>This is half an audit</h2><ul>${items}</ul></section>`;
}

function unusualSection({ findings, comparedWith }: Unusual): Html {
  const items = findings.map(({ kind, what }) => html`<li><b>${kind}</b> ${what}</li>`);
  const list = items.length > 0 ? html`<ul class="findings">${items}</ul>` : html`<p>Nothing.</p>`;
  return html`<section id="unusual"><h2>What is unusual (${findings.length})</h2>${list}<p class="soft small">${comparedWith}</p></section>`;
}

function tiles(calls: readonly AuditCall[]): Html {
  const counts = countEndings(calls);
  const tools = new Set(calls.flatMap(({ tool }) => tool ?? []));
  const callers = new Set(calls.flatMap(({ role }) => (role === UNPROVEN ? [] : [role])));
  const unproven = calls.filter(unrecorded).length;
  const inConflict = calls.filter(conflicts).length;
  const figures: readonly (readonly [number, string, boolean?])[] = [
    [calls.length, 'calls'],
    [callers.size, 'callers'],
    [tools.size, 'tools called'],
    ...endingsIn(counts).map((ending) => [counts[ending], ending] as const),
    [unproven, 'without AWS’s record', unproven > 0],
    [inConflict, 'in conflict', inConflict > 0],
  ];
  const rendered = figures.map(
    ([value, name, marked]) =>
      html`<div class="tile${marked ? ' marked' : ''}"><b>${value.toLocaleString('en-US')}</b>${name}</div>`,
  );
  return html`<div class="tiles">${rendered}</div>`;
}

/** Whether both sides know each call. */
function verdict(calls: readonly AuditCall[]): Html {
  const due = calls.filter(({ evidence }) => evidence === 'log only, trail due').length;
  const findings: readonly (readonly [number, string, string])[] = [
    [calls.filter(conflicts).length, 'conflicts', 'are in conflict: what the log says of them is not believed'],
    [calls.filter(disagrees).length, 'disagreeing', 'are known to both sides, which do not agree on them'],
    [
      calls.filter(({ evidence }) => evidence === 'log only').length,
      'unrecorded',
      'were logged by the function, and AWS has no record of them',
    ],
    [due, 'unrecorded', 'are so recent that AWS’s record may still come'],
    [calls.filter(silent).length, 'silent', 'were recorded by AWS, and the function logged nothing'],
    [countHues(calls).refused, 'refusals', 'were refused or throttled'],
  ];
  const items = findings.filter(([count]) => count > 0);
  const unsettled = items.some(([, id]) => id !== 'refusals');
  const list = items.map(
    ([count, id, what]) => html`<li><a href="#${id}">${count} of ${calls.length}</a> ${what}</li>`,
  );
  const title = unsettled
    ? 'Some calls need a look'
    : 'Every call is accounted for: AWS recorded who, and what reached the function it logged';
  return html`<section class="verdict${unsettled ? ' alarm' : ''}"><h2>${title}</h2>${list.length > 0 ? html`<ul>${list}</ul>` : NOTHING}</section>`;
}

function footer({ sources, leftOut, completeness: { read, remarks } }: Report): Html {
  const others =
    leftOut > 0
      ? html`<p>${leftOut} protocol messages that went well, such as tools/list, are not shown (--all).</p>`
      : NOTHING;
  const said = remarks.map((remark) => html`<p>${remark}</p>`);
  return html`<footer><p>Who called, whether and when is what AWS CloudTrail recorded; which tool, how it went and how long it took is what the function logged, and added only to a call that CloudTrail knows; what it cost is Lambda’s report at list prices. They are joined by request id. “Says the function” marks a caller of another account, whose role CloudTrail does not name.</p>
<p>${read}</p>${said}${others}<p>Read from: ${sources.join('; ')}. Made by lambda-mcp audit on ${shortTime(Date.now())} UTC.</p></footer>`;
}
