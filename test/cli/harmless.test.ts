import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectAccess } from '../../cli/audit/access-records.ts';
import type { AuditCall } from '../../cli/audit/audit-call.ts';
import { believeLog } from '../../cli/audit/believe-log.ts';
import { csvLines } from '../../cli/audit/csv.ts';
import { readCsv } from '../../cli/audit/csv-rows.ts';
import { joinCalls } from '../../cli/audit/join-calls.ts';
import { callsTable, groupsTable } from '../../cli/audit/print-calls.ts';
import { reportPage } from '../../cli/audit/report/page.ts';
import { GROUPINGS, groupCalls } from '../../cli/audit/summarize.ts';
import { collectRecords } from '../../cli/audit/trail-records.ts';
import { findUnusual } from '../../cli/audit/unusual/unusual.ts';
import { plainLine, plainText } from '../../cli/output/display-width.ts';
import { formatPrompts, formatResources, formatTools } from '../../cli/output/listings.ts';
import { toLogLine } from '../../server/log-line.ts';
import { oneLine } from '../../server/log-text.ts';
import { harmless, harmlessJson } from '../../wire/harmless-text.ts';
import { AT, accessLine, line, record } from '../attack/evidence.ts';

/** One by one, not as the code has them. */
const ACTING = [
  ...Array.from({ length: 32 }, (_, at) => at).filter((at) => at !== 10),
  ...Array.from({ length: 33 }, (_, at) => 0x7f + at),
  ...[0xad, 0x61c, 0x34f, 0x115f, 0x1160, 0x180e, 0x200b, 0x200c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x3164, 0xfeff, 0xffa0],
  ...[0xfff9, 0xe0001, 0xe0041, 0xe0100],
].map((code) => String.fromCodePoint(code));
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...ACTING,
        '\n',
        '\ud800',
        '\udc00',
        '=',
        '+',
        '-',
        '@',
        ',',
        '"',
        '<script>',
        '&',
        "'",
        '\u001b[2J',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function expectHarmless(text: string): void {
  const found = ACTING.filter((each) => each !== '\t' && text.includes(each));
  expect(found.map((each) => each.codePointAt(0)?.toString(16))).toEqual([]);
  expect(text.isWellFormed()).toBe(true);
}

/** A call in which everything that a caller chooses is hostile, as the audit reads it. */
function callOf(text: string): AuditCall[] {
  const records = collectRecords();
  const session = `arn:aws:sts::111122223333:assumed-role/agent/${text}`;
  records.take(
    record('a', { userAgent: text, sourceIPAddress: text, userIdentity: { arn: session, accountId: '111122223333' } }),
  );
  records.take(record('b', { errorCode: 'AccessDenied', errorMessage: text }));
  const belief = believeLog();
  for (const id of ['a', 'c']) {
    const own = line(id, { tool: text, method: text, caller: text, endUser: text, traceId: text, mark: undefined });
    belief.take({ message: own, time: undefined, stream: undefined });
  }
  const access = collectAccess();
  const entry = (id: string, changed: object) => JSON.stringify({ ...JSON.parse(accessLine(id)), ...changed });
  access.take({ message: entry('d', { principalId: text, sourceIp: text }) });
  access.take({
    message: entry('-', { subject: text, errorType: text, extendedRequestId: text || 'x', status: '403' }),
  });
  return joinCalls(records.events, access.entries, belief.done(), undefined, AT + 3_600_000).calls;
}

describe('what a caller chose breaks nothing', () => {
  it.each<[string, (text: string) => string]>([
    ['on a line of a terminal', plainLine],
    ['in a text on a terminal', plainText],
    ['in the log of errors', oneLine],
    ['in a list of tools', (text) => formatTools([{ name: text, description: text, inputSchema: { type: 'object' } }])],
    [
      'in a list of resources',
      (text) => formatResources([{ uri: text, name: text, mimeType: text, description: text }]),
    ],
    ['in a list of prompts', (text) => formatPrompts([{ name: text, description: text, arguments: [{ name: text }] }])],
    ['in the table of calls', (text) => [...callsTable(callOf(text))].join('')],
    [
      'in tables of groups',
      (text) => GROUPINGS.flatMap((by) => [...groupsTable(groupCalls(callOf(text), by), by, 'arm64')]).join(''),
    ],
    [
      'in what is unusual',
      (text) =>
        findUnusual(callOf(text), { since: 0, until: AT })
          .findings.map(({ what }) => plainLine(what))
          .join('\n'),
    ],
  ])('%s', (_, print) => {
    fc.assert(
      fc.property(hostile, (text) => expectHarmless(print(text))),
      { numRuns: 300 },
    );
  });

  it('in the server’s line, which stays the same JSON', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = JSON.stringify(toLogLine({ ...JSON.parse(line('a')), tool: text, endUser: text }));
        const printed = harmlessJson(json);
        expectHarmless(printed);
        expect(printed).not.toContain('\n');
        expect(JSON.parse(printed)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('in a CSV, where no cell becomes a formula', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const csv = [...csvLines(callOf(text))].join('');
        expectHarmless(csv.replaceAll('\r\n', '\n'));
        const rows = readCsv(csv);
        expect(rows).toHaveLength(6);
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^(?:\s|\\u\{[0-9a-f]+\})*[=+\-@]/);
      }),
      { numRuns: 200 },
    );
  });

  it('in the page, where no tag begins', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const calls = callOf(text);
        const html = reportPage({
          ...{ functionName: text, since: 0, until: AT, calls, leftOut: 0, sources: [text], filters: [text] },
          architecture: 'arm64',
          completeness: { read: text, missing: [text], remarks: [text] },
          unusual: findUnusual(calls, { since: 0, until: AT }),
        });
        expectHarmless(html);
        expect(html).not.toContain('<script');
      }),
      { numRuns: 100 },
    );
  });

  it('and stays itself where it is harmless', () => {
    for (const text of ['greet', 'größer', '検索', '👩‍👩‍👧', 'a b', '=1']) expect(harmless(text)).toBe(text);
    expect(harmless('a\u202eb\u200d')).toBe('a\\u{202e}b\\u{200d}');
  });
});
