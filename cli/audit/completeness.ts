import type { AuditCall } from './audit-call.ts';
import { isoTime } from './csv.ts';
import type { Joined } from './join-calls.ts';
import type { Sources } from './read-sources.ts';

/** How much of the calls the audit has seen. */
export interface Completeness {
  /** What was read, in a sentence. */
  readonly read: string;
  /** Why it is half an audit, a sentence each; empty when it is whole. */
  readonly missing: readonly string[];
  /** What else a reader must know, a sentence each. */
  readonly remarks: readonly string[];
}

/** @param selected what of the joined calls is shown, and how many lie outside the time asked */
export function completenessOf(
  { records, log, access, reading }: Sources,
  joined: Joined,
  selected: { readonly calls: readonly AuditCall[]; readonly outside: number; readonly filtered: boolean },
): Completeness {
  const own = records.count - joined.otherRecords;
  const lines = log.count - joined.otherLines;
  const { notUnderstood, cut } = reading;
  const missing: string[] = [];
  if (notUnderstood.length > 0) {
    missing.push(`${plural(notUnderstood.length, 'file')} not understood: ${listed(notUnderstood)}.`);
  }
  for (const what of cut) missing.push(`Cut: ${what}.`);
  const spans = spansOf(records, log);
  if (own > 0 && lines === 0 && records.answered > 0) {
    missing.push('No line of the server was read: which tools were called is not known. Is this the function’s log?');
  } else if (own === 0 && lines > 0 && access.count === 0) {
    missing.push(
      'No record of CloudTrail’s was read: who called is not proven. Does a trail select the function’s data events?',
    );
  } else if (own > 0 && lines > 0 && joined.matched === 0) {
    missing.push(
      `Records and lines have no request in common: ${spans.said}. They are of different times, functions or accounts.`,
    );
  }
  if (joined.nameless > 0) {
    missing.push(
      `${plural(joined.nameless, 'call')} came through a REST API, and CloudTrail does not know for whom. Its access log does: ` +
        '--access-log-group NAME, or --access-log FILE.',
    );
  }
  if (access.others > 0) {
    missing.push(
      `${plural(access.others, 'line')} of the access log not understood: it takes the format that McpRestApi sets, each field ` +
        'once. Of a file that holds them as objects, as the console exports JSON, nobody can tell: give it as CSV, or as ' +
        '`aws logs filter-log-events` prints it.',
    );
  }
  const remarks = [...reading.remarks, ...log.oddities];
  if (own === 0 && lines === 0 && access.count === 0)
    remarks.push('There is neither a record nor a line in what was read.');
  if (log.unmarked && lines > 0) {
    remarks.push(
      'The lines carry no mark of their environment, as an older server writes them: forged ones would not show.',
    );
  }
  if (joined.otherRecords + joined.otherLines > 0) {
    remarks.push(
      `${plural(joined.otherRecords, 'record')} and ${plural(joined.otherLines, 'line')} of other functions were left out.`,
    );
  }
  if (joined.places.length > 1) {
    remarks.push(
      `${joined.places.length} functions have this name (${listed(joined.places)}), and their calls stand together: give the ARN ` +
        'of the one you mean.',
    );
  }
  if (selected.outside > 0)
    remarks.push(
      `${plural(selected.outside, 'call')} outside the time asked ${selected.outside === 1 ? 'is' : 'are'} not shown.`,
    );
  if (selected.calls.length === 0 && joined.calls.length > 0) {
    remarks.push(
      selected.filtered
        ? `None of the ${joined.calls.length} calls that were read matches what was asked for.`
        : 'No call that was read is shown.',
    );
  }
  const read = `Read ${plural(records.count, 'record')} and ${plural(log.count, 'line')}${
    access.count > 0 ? `, and ${plural(access.count, 'line')} of the access log` : ''
  }${spans.both}${notUnderstood.length > 0 ? `; ${plural(notUnderstood.length, 'file')} not understood` : ''}.`;
  return { read, missing, remarks };
}

function spansOf(records: Sources['records'], { first, last }: Sources['log']) {
  const from = Math.min(first ?? Number.POSITIVE_INFINITY, records.first ?? Number.POSITIVE_INFINITY);
  const to = Math.max(last ?? Number.NEGATIVE_INFINITY, records.last ?? Number.NEGATIVE_INFINITY);
  const span = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)
      ? 'no time'
      : `${isoTime(a)} to ${isoTime(b)}`;
  return {
    both: Number.isFinite(from) ? `, spanning ${span(from, to)}` : '',
    said: `records span ${span(records.first, records.last)}, lines ${span(first, last)}`,
  };
}

/** `1 file`, `5,210 records` */
export function plural(count: number, unit: string): string {
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown}, and ${names.length - 5} more` : shown;
}
