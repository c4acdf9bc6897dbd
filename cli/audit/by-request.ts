import { type Columns, growing, packRows } from './packed-rows.ts';

/** The request ids of an audit: each is kept once, whichever sides know it. */
export interface RequestIds {
  /** The id's number; undefined when nobody has named it. */
  find(requestId: string): number | undefined;
  /** The id's number, from now on. */
  take(requestId: string): number;
  nameOf(number: number): string;
}

export function createRequestIds(): RequestIds {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  return {
    find: (requestId) => numbers.get(requestId),
    take(requestId) {
      const known = numbers.get(requestId);
      if (known !== undefined) return known;
      const number = names.push(requestId) - 1;
      numbers.set(requestId, number);
      return number;
    },
    nameOf: (number) => names[number] as string,
  };
}

/** What one side tells, by request id. Each row is an object of its own whenever it is asked for. */
export interface ByRequest<T extends { readonly requestId: string }> {
  /** The only row of a request, or the first. */
  get(requestId: string): T | undefined;
  /** All of them. */
  all(requestId: string): T[];
  has(requestId: string): boolean;
  /** Takes the place of what was there. */
  set(row: T): void;
  /** Stands beside what was there. */
  add(row: T): void;
  delete(requestId: string): void;
  requestIds(): IterableIterator<string>;
}

/** @param columns of a row, its request id left out */
export function byRequest<T extends { readonly requestId: string }>(
  ids: RequestIds,
  columns: Columns<Omit<T, 'requestId'>>,
): ByRequest<T> {
  const rows = packRows<Omit<T, 'requestId'>>(columns);
  /** By the id's number: 0 for none, else its row's number and one. */
  const rowOf = growing(Uint32Array);
  const more = new Map<number, number[]>();
  let end = 0;

  function rowsOf(requestId: string): number[] {
    const number = ids.find(requestId);
    const row = number === undefined ? 0 : rowOf.get(number);
    return row === 0 ? [] : [row - 1, ...(more.get(number as number) ?? [])];
  }
  const made = (row: number, requestId: string) => ({ ...rows.at(row), requestId }) as T;

  const own: ByRequest<T> = {
    get(requestId) {
      const [row] = rowsOf(requestId);
      return row === undefined ? undefined : made(row, requestId);
    },
    all: (requestId) => rowsOf(requestId).map((row) => made(row, requestId)),
    has: (requestId) => rowsOf(requestId).length > 0,
    set(row) {
      own.delete(row.requestId);
      own.add(row);
    },
    add(row) {
      const number = ids.take(row.requestId);
      end = Math.max(end, number + 1);
      const at = rows.push(row);
      if (rowOf.get(number) === 0) rowOf.set(number, at + 1);
      else more.set(number, [...(more.get(number) ?? []), at]);
    },
    delete(requestId) {
      const number = ids.find(requestId);
      if (number === undefined) return;
      rowOf.set(number, 0);
      more.delete(number);
    },
    *requestIds() {
      for (let number = 0; number < end; number += 1) if (rowOf.get(number) !== 0) yield ids.nameOf(number);
    },
  };
  return own;
}
