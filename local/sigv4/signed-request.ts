/**
 * A request as it came over the wire.
 *
 * Strings hold one character for each byte (ISO 8859-1), which is what `req.method`, `req.url` and `req.rawHeaders` of
 * `node:http` are. A request with a character above U+00FF came over no wire, and never verifies.
 */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as on the request line: nothing decoded, nothing normalised. */
  readonly target: string;
  /** In the order of arrival, repeated headers once for each time they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** The values of each header in the order of arrival, by lower-case name. */
export function groupHeaders(headers: SignedRequest['headers']): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const values = groups.get(key);
    if (values) values.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
