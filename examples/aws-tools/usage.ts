/** What the invocations of one kind come to. */
export interface Usage {
  readonly invocations: number;
  /** Those that ended in an error. */
  readonly failed: number;
  /** Those whose record has input tokens, and output tokens. */
  readonly inputCounted: number;
  readonly outputCounted: number;
  /** Without what came from a cache or went into one. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrittenTokens: number;
}

const NONE: Usage = {
  invocations: 0,
  failed: 0,
  inputCounted: 0,
  outputCounted: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrittenTokens: 0,
};
const KEYS = Object.keys(NONE) as (keyof Usage)[];

export function addUsage(parts: readonly Usage[]): Usage {
  return combine((key) => parts.reduce((sum, part) => sum + part[key], 0));
}

/** What is left of the whole; a log grows between two queries, so that a part may have more. */
export function subtractUsage(whole: Usage, part: Usage): Usage {
  return combine((key) => Math.max(0, whole[key] - part[key]));
}

/** From a row of Logs Insights, in which what is not there at all is missing. */
export function toUsage(row: Readonly<Record<string, string>>): Usage {
  return combine((key) => Number(row[key] ?? 0));
}

function combine(value: (key: keyof Usage) => number): Usage {
  return Object.fromEntries(KEYS.map((key) => [key, value(key)])) as Record<keyof Usage, number>;
}
