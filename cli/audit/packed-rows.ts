/*
 * An audit of half a million calls holds each of them three times before it has joined them, and objects of twenty
 * fields would take a gigabyte. Rows are kept by column instead: numbers as such, and texts, most of which come a
 * thousand times, as the number of their one copy.
 */

/** How a column is kept: `number`; `often`, anything whose values repeat; `once`, texts that are different in each row. */
export type ColumnKind = 'number' | 'often' | 'once';

export type Columns<T> = { readonly [Field in keyof T]-?: ColumnKind };

/** Rows of one shape. */
export interface PackedRows<T> {
  /** @returns the row's number */
  push(row: T): number;
  /** The row, as an object of its own. */
  at(row: number): T;
  /** The row, as an object that reads each field when it is asked for: a tenth of the size. */
  view(row: number): T;
  set<Field extends keyof T>(row: number, field: Field, value: T[Field]): void;
  readonly length: number;
}

export function packRows<T extends object>(columns: Columns<T>): PackedRows<T> {
  const stores = new Map<string, Column>();
  for (const [field, kind] of Object.entries<ColumnKind>(columns)) stores.set(field, createColumn(kind));
  let length = 0;

  class View {
    readonly #row: number;
    constructor(row: number) {
      this.#row = row;
    }
    static {
      for (const [field, { get }] of stores) {
        const read = function (this: View) {
          return get(this.#row);
        };
        Object.defineProperty(View.prototype, field, { get: read, enumerable: true });
      }
    }
  }

  return {
    push(row) {
      for (const [field, { set }] of stores) set(length, (row as Record<string, unknown>)[field]);
      length += 1;
      return length - 1;
    },
    at(row) {
      const made: Record<string, unknown> = {};
      for (const [field, { get }] of stores) made[field] = get(row);
      return made as T;
    },
    view: (row) => new View(row) as T,
    set: (row, field, value) => stores.get(field as string)?.set(row, value),
    get length() {
      return length;
    },
  };
}

interface Column {
  set(row: number, value: unknown): void;
  get(row: number): unknown;
}

function createColumn(kind: ColumnKind): Column {
  if (kind === 'once') {
    const values: unknown[] = [];
    return {
      set: (row, value) => {
        values[row] = value;
      },
      get: (row) => values[row],
    };
  }
  if (kind === 'number') {
    const values = growing(Float64Array);
    return {
      set: (row, value) => values.set(row, typeof value === 'number' ? value : Number.NaN),
      get: (row) => {
        const value = values.get(row);
        return Number.isNaN(value) ? undefined : value;
      },
    };
  }
  const known: unknown[] = [undefined];
  const numbers = new Map<unknown, number>([[undefined, 0]]);
  const values = growing(Uint8Array, Uint16Array, Uint32Array);
  return {
    set: (row, value) => {
      let number = numbers.get(value);
      if (number === undefined) {
        number = known.push(value) - 1;
        numbers.set(value, number);
      }
      values.set(row, number);
    },
    get: (row) => known[values.get(row)],
  };
}

type NumberArray = Float64Array | Uint8Array | Uint16Array | Uint32Array;
type NumberArrayType = new (length: number) => NumberArray;

/** Numbers of one part of a growing array. */
const PART = 1 << 14;

/**
 * An array of numbers that grows part by part, so that none of it is ever copied; what was never set is 0.
 *
 * @param types the smallest first: a part takes the first that its numbers fit
 */
export function growing(...types: readonly NumberArrayType[]) {
  const parts: { values: NumberArray; type: number }[] = [];
  return {
    get: (at: number): number => parts[Math.floor(at / PART)]?.values[at % PART] ?? 0,
    set(at: number, value: number): void {
      for (let next = parts.length; next <= at / PART; next += 1) parts.push({ values: make(0), type: 0 });
      const part = parts[Math.floor(at / PART)] as (typeof parts)[number];
      const index = at % PART;
      part.values[index] = value;
      while (part.values[index] !== value && part.type < types.length - 1) {
        part.type += 1;
        const larger = make(part.type);
        larger.set(part.values);
        larger[index] = value;
        part.values = larger;
      }
    },
  };

  function make(type: number): NumberArray {
    return new (types[type] as NumberArrayType)(PART);
  }
}
