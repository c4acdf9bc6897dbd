import { describe, expect, it } from 'vitest';
import { byRequest, createRequestIds } from '../../cli/audit/by-request.ts';
import { type Columns, packRows } from '../../cli/audit/packed-rows.ts';

interface Row {
  readonly name: string | undefined;
  readonly size: number | undefined;
  readonly note: string | undefined;
}
const COLUMNS: Columns<Row> = { name: 'often', size: 'number', note: 'once' };

/** More than fit one part, with more names than a byte and then two bytes can number. */
const MANY = 140_000;
const rowOf = (at: number): Row => ({
  name: at % 7 === 0 ? undefined : `name ${at < 20_000 ? at % 300 : at}`,
  size: at % 5 === 0 ? undefined : at * 1e9 + 0.5,
  note: at % 3 === 0 ? undefined : `note ${at}`,
});

describe('packed rows', () => {
  it('are what was put in', () => {
    const rows = packRows<Row>(COLUMNS);
    for (let at = 0; at < MANY; at += 1) expect(rows.push(rowOf(at))).toBe(at);
    expect(rows.length).toBe(MANY);
    for (let at = 0; at < MANY; at += 997) {
      expect(rows.at(at)).toEqual(rowOf(at));
      const { name, size, note } = rows.view(at);
      expect({ name, size, note }).toEqual(rowOf(at));
    }
  });

  it('can be changed, and their views with them', () => {
    const rows = packRows<Row>(COLUMNS);
    const view = rows.view(rows.push(rowOf(1)));
    rows.set(0, 'name', 'another');
    expect(view.name).toBe('another');
  });
});

describe('rows by request', () => {
  interface Told {
    readonly requestId: string;
    readonly what: string;
  }

  it('share the ids of both sides, and keep what each told', () => {
    const ids = createRequestIds();
    const one = byRequest<Told>(ids, { what: 'often' });
    const other = byRequest<Told>(ids, { what: 'once' });
    one.add({ requestId: 'a', what: 'first' });
    other.add({ requestId: 'b', what: 'only' });
    one.add({ requestId: 'a', what: 'second' });
    one.add({ requestId: 'c', what: 'third' });
    expect(one.all('a')).toEqual([
      { requestId: 'a', what: 'first' },
      { requestId: 'a', what: 'second' },
    ]);
    expect([one.has('b'), other.has('a'), one.get('nobody')]).toEqual([false, false, undefined]);
    expect([...one.requestIds()]).toEqual(['a', 'c']);
    one.set({ requestId: 'a', what: 'instead' });
    expect(one.all('a')).toEqual([{ requestId: 'a', what: 'instead' }]);
    one.delete('a');
    expect([...one.requestIds(), ...other.requestIds()]).toEqual(['c', 'b']);
  });
});
