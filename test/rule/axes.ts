/** How an answer's body ends; `missing` is how many of its last bytes never come. */
export interface End {
  readonly how: 'closed' | 'left open' | 'left open with comments' | 'cut short' | 'broken off';
  readonly missing: number;
}

const WHOLE: readonly End[] = [
  { how: 'closed', missing: 0 },
  { how: 'left open', missing: 0 },
  { how: 'left open with comments', missing: 0 },
];

/** Everything that an answer may vary in, while it still says the same. */
export const AXES = {
  /** What is answered; `connect` is `initialize`, or in 2026-07-28 `server/discover`. */
  message: ['connect', 'tools/list', 'tools/call'],
  outcome: ['result', 'error'],
  client: ['v1', 'v2', 'v2, 2026-07-28'],
  status: [200, 201, 202, 400, 401, 403, 404, 406, 429, 500, 503],
  type: ['application/json', 'Application/JSON; charset=UTF-8', 'text/event-stream', 'TEXT/event-stream;charset=utf-8'],
  id: ['number', 'numeric string', 'null', 'of another request'],
  shape: ['one message', 'array of one'],
  start: ['plain', 'byte order mark'],
  lines: ['LF', 'CRLF', 'CR'],
  event: ['named', 'unnamed'],
  data: ['on one line', 'without a space', 'pretty-printed'],
  around: ['nothing', 'comments and empty events', 'notifications'],
  encoding: ['identity', 'gzip', 'br'],
  framing: ['chunked', 'content-length'],
  /** Cut short: the body ends properly, but too early. Broken off: the connection closes within it. */
  end: [...WHOLE, ...cuts([0, 1, 2, 3, 4, 5, 6, 10, 20, 40, 80, 120, 160])],
} as const;

export type Axes = { readonly [A in keyof typeof AXES]: readonly (typeof AXES)[A][number][] };

/** One way of answering. */
export type Cell = { readonly [A in keyof typeof AXES]: (typeof AXES)[A][number] };

/** The same, cut at every byte: a cut beyond the body's length comes round to its end. */
export const EVERY_BYTE: Axes = { ...AXES, end: [...WHOLE, ...cuts(Array.from({ length: 1000 }, (_, i) => i))] };

function cuts(places: readonly number[]): End[] {
  return places.flatMap((missing): End[] => [
    { how: 'cut short', missing },
    { how: 'broken off', missing },
  ]);
}

export function isEventStream({ type }: Cell): boolean {
  return /^text\/event-stream/i.test(type);
}

export function isOpen({ end }: Cell): boolean {
  return end.how.startsWith('left open');
}
