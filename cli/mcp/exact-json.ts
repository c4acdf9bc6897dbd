/** What TypeScript does not know yet of JSON: source text access, ECMAScript 2026, in Node 22 and later. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}
const { parse, rawJSON, isRawJSON } = JSON as unknown as ExactJson;

/**
 * Parses JSON so that no digit is lost: a number that a double does not hold exactly, such as an id of 19 digits, becomes
 * an object that `JSON.stringify` writes as it was written.
 *
 * @throws {SyntaxError} when it is not JSON
 */
export function parseExactJson(text: string): unknown {
  return parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isExact(value, source) ? rawJSON(source) : value,
  );
}

/** Whether a value is a number of more digits than a double holds; its JSON text is `JSON.stringify(value)`. */
export function isLongNumber(value: unknown): boolean {
  return isRawJSON(value);
}

/** Fifteen significant digits always survive a double. */
function isExact(value: number, source: string): boolean {
  const [mantissa = ''] = source.split(/e/i);
  const digits = mantissa.replaceAll(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return Number.isFinite(value) && (digits.length <= 15 || String(value) === source);
}
