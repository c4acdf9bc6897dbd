import type { LocalLambda } from 'lambda-mcp/local';

/** One thing that a function does, and what a caller sees of it. */
export interface Case {
  /** Unique in its group. */
  readonly name: string;
  /** What comes of it under AWS's runtime. */
  readonly expected: string;
  observe(lambda: LocalLambda): Promise<string>;
}

/** Cases of one function, run one after the other. */
export interface Group {
  /** Unique, but for groups of one case. */
  readonly title: string;
  /** Path of the handler's module, relative to `aws-runtime/` or absolute, or its source. */
  readonly entry: string | { readonly source: string };
  /**
   * Milliseconds.
   * @default 30_000
   */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}
