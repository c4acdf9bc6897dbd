/** What one bench measures: printed as it is, kept in `results.json`, and written into `docs/performance.md`. */
export interface Section {
  readonly title: string;
  /** What was measured, and how: full sentences of Markdown, one paragraph an entry. */
  readonly how: readonly string[];
  readonly tables: readonly Table[];
  /** What was to be reached; none where nothing was asked for. */
  readonly targets: readonly Target[];
  /** What the tables do not say by themselves: one paragraph an entry. */
  readonly findings?: readonly string[];
}

export interface Table {
  readonly title?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly title: string;
  /** Unit of its numbers, such as `µs`, `ms` or `MB`; none for counts and text. */
  readonly unit?: string;
}

export interface Row {
  readonly name: string;
  /** `ours`: this package. `peer`: what a user would pick instead. `floor`: the least that anybody must do. */
  readonly role: 'ours' | 'peer' | 'floor';
  /** One for each column. */
  readonly cells: readonly Cell[];
}

/** What was measured; a count; or why there is nothing to measure. */
export type Cell = Spread | number | string;

/** Of many samples. */
export interface Spread {
  readonly median: number;
  /** The 10th percentile. */
  readonly low: number;
  /** The 90th percentile. */
  readonly high: number;
  readonly samples: number;
}

export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly seen: string;
  readonly reached: boolean;
}
