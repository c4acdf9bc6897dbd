/** What a request's answer says beside its body. */
export interface Observation {
  readonly status: number;
  readonly headers: Headers;
  /** Milliseconds until the head of the answer was there. */
  readonly duration: number;
}

/** A `fetch` that keeps, in order, what it saw. */
export function observing(reach: typeof fetch): { reach: typeof fetch; seen: Observation[] } {
  const seen: Observation[] = [];
  return {
    seen,
    reach: async (input, init) => {
      const started = performance.now();
      const response = await reach(input, init);
      seen.push({ status: response.status, headers: response.headers, duration: performance.now() - started });
      return response;
    },
  };
}
