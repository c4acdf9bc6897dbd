import { AwsFault, type Operations } from './aws-services.ts';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

type Fields = Map<string, string>;

/** Logs Insights extracts no more fields of a JSON event than these; the rest is in `@message` alone. */
const EXTRACTED = 200;

/**
 * Runs a query as Logs Insights does, of whose language it knows what the example uses. What it does not know is
 * malformed.
 *
 * Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax" and "Supported logs and
 * discovered fields".
 */
export function runInsights(queryString: string, events: readonly LogEvent[]): { field: string; value: string }[][] {
  let rows = events.map(extract);
  for (const command of queryString.split('\n| ')) rows = run(command, rows);
  return rows.map((row) => [...row].map(([field, value]) => ({ field, value })));
}

function run(command: string, rows: Fields[]): Fields[] {
  const [, name = '', rest = ''] = /^(\w+) (.+)$/s.exec(command) ?? [];
  if (name === 'filter') return rows.filter(condition(rest));
  if (name === 'parse') {
    const regex = regexOf(/^@message (\/.+\/)$/s.exec(rest)?.[1], command);
    for (const row of rows) {
      for (const [field, value] of Object.entries(regex.exec(row.get('@message') ?? '')?.groups ?? {})) {
        if (value !== undefined) row.set(field, value);
      }
    }
    return rows;
  }
  if (name === 'fields') {
    for (const [, first = '', second = '', alias = ''] of every(
      /coalesce\(([\w.]+), (\w+)\) as (\w+)/g,
      rest,
      command,
    )) {
      for (const row of rows) {
        const value = row.get(first) ?? row.get(second);
        if (value !== undefined) row.set(alias, value);
      }
    }
    return rows;
  }
  if (name === 'stats') return stats(rows, rest, command);
  if (name === 'sort') {
    const [, field = ''] = /^(\w+) desc$/.exec(rest) ?? malformed(command);
    return rows.toSorted((a, b) => Number(b.get(field)) - Number(a.get(field)));
  }
  if (name === 'limit') return rows.slice(0, Number(rest));
  return malformed(command);
}

function condition(text: string): (row: Fields) => boolean {
  const [, field, value] = /^([\w.]+) = "([^"]*)"$/.exec(text) ?? [];
  if (field !== undefined) return (row) => row.get(field) === value;
  const regex = regexOf(/^@message like (\/.+\/)$/s.exec(text)?.[1], text);
  return (row) => regex.test(row.get('@message') ?? '');
}

function stats(rows: Fields[], text: string, command: string): Fields[] {
  const [, aggregates = '', by = ''] = /^(.+) by (.+)$/.exec(text) ?? malformed(command);
  const keys = by.split(/, (?![^(]*\))/).map((key) => {
    const [, day] = /^datefloor\(@timestamp, 1d\) as (\w+)$/.exec(key) ?? [];
    return { name: day ?? key, of: (row: Fields) => row.get(day === undefined ? key : '@day') };
  });
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys.map(({ of }) => of(row) ?? null)));
  return [...groups.values()].map((same) => {
    const group: Fields = new Map();
    for (const { name, of } of keys) {
      const value = of(same[0] as Fields);
      if (value !== undefined) group.set(name, value);
    }
    for (const [, fn, field = '', alias = ''] of every(/(count|sum)\(([\w.*]+)\) as (\w+)/g, aggregates, command)) {
      const values = same.flatMap((row) => (field === '*' ? ['1'] : (row.get(field) ?? [])));
      if (fn === 'count') group.set(alias, String(values.length));
      // Nothing to add up is no value, rather than a zero.
      else if (values.length > 0) group.set(alias, String(values.reduce((sum, value) => sum + Number(value), 0)));
    }
    return group;
  });
}

/** All of a comma-separated list. */
function every(regex: RegExp, text: string, command: string): RegExpExecArray[] {
  const found = [...text.matchAll(regex)];
  return found.map(([all]) => all).join(', ') === text ? found : malformed(command);
}

function regexOf(literal: string | undefined, command: string): RegExp {
  // None of what engines without backtracking lack, and no slash, which would end it.
  if (literal === undefined || /\(\?(?:[=!]|<[=!])|\\\d|\/./.test(literal.slice(1))) return malformed(command);
  return new RegExp(literal.slice(1, -1));
}

function malformed(command: string): never {
  throw new AwsFault('MalformedQueryException', command);
}

function extract({ timestamp, message }: LogEvent): Fields {
  const fields: Fields = new Map();
  flatten(JSON.parse(message), '', fields);
  fields.set('@message', message);
  fields.set('@day', `${new Date(timestamp).toISOString().slice(0, 10)} 00:00:00.000`);
  return fields;
}

function flatten(value: unknown, path: string, fields: Fields): void {
  if (fields.size >= EXTRACTED) return;
  if (typeof value !== 'object' || value === null) return void fields.set(path, String(value));
  for (const [key, member] of Object.entries(value)) flatten(member, path ? `${path}.${key}` : key, fields);
}

/**
 * CloudWatch Logs with queries that take three looks.
 *
 * @param logs events by region and log group
 */
export function insightsService(logs: Readonly<Record<string, Readonly<Record<string, readonly LogEvent[]>>>>) {
  const queries = new Map<string, { looks: number; results: object[]; scanned: number; stopped: boolean }>();
  const operations: Operations = {
    StartQuery({ queryString, logGroupName, startTime, endTime }, region) {
      const events = logs[region]?.[logGroupName];
      if (!events) throw new AwsFault('ResourceNotFoundException', 'Log group does not exist');
      const within = events.filter(({ timestamp }) => timestamp >= startTime * 1000 && timestamp <= endTime * 1000);
      const queryId = `query-${queries.size}`;
      queries.set(queryId, {
        looks: 0,
        results: runInsights(queryString, within),
        scanned: within.length,
        stopped: false,
      });
      return { queryId };
    },
    GetQueryResults({ queryId }) {
      const query = queries.get(queryId);
      if (!query) throw new AwsFault('ResourceNotFoundException', 'no such query');
      query.looks += 1;
      const done = query.looks >= 3;
      return {
        status: done ? 'Complete' : query.looks === 1 ? 'Scheduled' : 'Running',
        results: done ? query.results : [],
        statistics: {
          recordsMatched: query.results.length,
          recordsScanned: query.looks === 1 ? 0 : query.scanned,
          bytesScanned: query.scanned * 1e6,
        },
      };
    },
    StopQuery({ queryId }) {
      const query = queries.get(queryId);
      if (query) query.stopped = true;
      return { success: true };
    },
  };
  return { operations, queries };
}
