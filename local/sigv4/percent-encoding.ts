/**
 * `UriEncode` of the specification, over a byte string: everything but `A-Z a-z 0-9 - . _ ~` becomes `%XX`, upper-case.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function percentEncode(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9._~-]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/**
 * The byte string that a name or a value of a query stands for; `undefined` when it holds a broken escape.
 *
 * `+` is a space. The specification only says how a space is to be signed (`%20`), not how a `+` is read; but botocore
 * signs `%20` and sends `+` for the spaces of `AWSRequest(params=…)`, and AWS has reported `%20` as the canonical form
 * of a query that was sent with `+`. Who signs `%2B` has to send `%2B`.
 */
export function decodeQueryText(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return text
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
