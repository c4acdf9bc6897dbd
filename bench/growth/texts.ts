const WORDS = 'The order was shipped on Monday; the customer wrote: "Where is it?"\nIt is in Köln, 3 of 4 parcels.\n';

/** So many bytes of prose, with a quote, a line's end or another alphabet's letter now and then. */
export function textOf(bytes: number): string {
  const text = WORDS.repeat(Math.ceil(bytes / Buffer.byteLength(WORDS)));
  return Buffer.from(text).subarray(0, bytes).toString().replaceAll('\uFFFD', '?');
}
