import type { AuditCall } from '../join-calls.ts';
import { shortTime } from '../print-calls.ts';
import { classOf } from '../summarize.ts';
import { type Html, html, NOTHING } from './html.ts';
import { callsSection, gridSection, groupsSection, latencySection } from './sections.ts';
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
}

/** The audit as one page that loads nothing: no script, no font, no image. */
export function reportPage(report: Report): string {
  const { functionName, since, until, calls, filters } = report;
  const refusals = calls.filter((call) => classOf(call) === 'refused');
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
${tiles(calls)}
${calls.length === 0 ? html`<section><p>There were no calls.</p></section>` : verdict(calls)}
${
  calls.length === 0
    ? NOTHING
    : [
        timeline(calls, since, until),
        groupsSection('By caller', calls, 'caller'),
        groupsSection('By tool', calls, 'tool'),
        gridSection(calls),
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
const DISAGREEING = 'AWS’s record decides who called; the note says what the function held to be so.';
const UNRECORDED =
  'Who called is not proven. Either no trail covers these calls, or it delivered late (up to 15 minutes is common), or ' +
  'the line was written by something else than a call.';
const SILENT =
  'Which tool was called is not known: the function crashed or timed out before it could log, its log was not read, or ' +
  'another handler answered.';

function disagrees({ evidence, note }: AuditCall): boolean {
  return evidence === 'trail and log' && note !== undefined;
}

function unrecorded({ evidence }: AuditCall): boolean {
  return evidence.startsWith('log only');
}

function silent({ evidence }: AuditCall): boolean {
  return evidence === 'trail only';
}

function tiles(calls: readonly AuditCall[]): Html {
  const by = (name: string) => calls.filter((call) => classOf(call) === name).length;
  const tools = new Set(calls.flatMap(({ tool }) => tool ?? []));
  const callers = new Set(calls.map(({ caller }) => caller));
  const unproven = calls.filter(unrecorded).length;
  const figures: readonly (readonly [number, string, boolean?])[] = [
    [calls.length, 'calls'],
    [callers.size, 'callers'],
    [tools.size, 'tools called'],
    [by('refused'), 'refused'],
    [by('failed'), 'failed'],
    [unproven, 'without AWS’s record', unproven > 0],
  ];
  const rendered = figures.map(
    ([value, name, marked]) => html`<div class="tile${marked ? ' marked' : ''}"><b>${value}</b>${name}</div>`,
  );
  return html`<div class="tiles">${rendered}</div>`;
}

/** What a reviewer wants to know first. */
function verdict(calls: readonly AuditCall[]): Html {
  const due = calls.filter(({ evidence }) => evidence === 'log only, trail due').length;
  const findings: readonly (readonly [number, string, string])[] = [
    [calls.filter(disagrees).length, 'disagreeing', 'are known to both sides, which do not agree on them'],
    [
      calls.filter(({ evidence }) => evidence === 'log only').length,
      'unrecorded',
      'were logged by the function, and AWS has no record of them',
    ],
    [due, 'unrecorded', 'are so recent that AWS’s record may still come'],
    [calls.filter(silent).length, 'silent', 'were recorded by AWS, and the function logged nothing'],
    [calls.filter((call) => classOf(call) === 'refused').length, 'refusals', 'were refused'],
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

function footer({ sources, leftOut }: Report): Html {
  const others =
    leftOut > 0
      ? html`<p>${leftOut} protocol messages that went well, such as tools/list, are not shown (--all).</p>`
      : NOTHING;
  return html`<footer><p>Who called is what AWS CloudTrail recorded; which tool, and how it went, is what the function logged. The two are joined by request id.</p>
${others}<p>Read from: ${sources.join('; ')}. Made by lambda-mcp audit on ${shortTime(Date.now())} UTC.</p></footer>`;
}
