/** As many characters in a row of a secret as are never shown. */
const RUN = 8;
/** Credentials change in a process that lives long: so many of the newest are looked for. */
const KEPT = 24;
const secrets = new Set<string>();

/** Keeps a secret access key or a session token, so that {@link redact} knows it. */
export function rememberSecret(text: unknown): void {
  if (typeof text !== 'string' || text.length < RUN) return;
  secrets.delete(text);
  secrets.add(text);
  if (secrets.size > KEPT) secrets.delete(secrets.values().next().value ?? '');
}

/**
 * A text without whatever it repeats of a secret, be it a part of one: AWS quotes the request that it could not verify,
 * its session token included.
 *
 * @param also what else must not be shown
 */
export function redact(text: string, also: readonly string[] = []): string {
  const known = [...secrets, ...also];
  let kept = '';
  let from = 0;
  for (let at = 0; at + RUN <= text.length; at += 1) {
    let end = at + RUN;
    if (!known.some((secret) => secret.includes(text.slice(at, end)))) continue;
    while (end < text.length && known.some((secret) => secret.includes(text.slice(end - RUN + 1, end + 1)))) end += 1;
    kept += `${text.slice(from, at)}[redacted]`;
    from = end;
    at = end - 1;
  }
  return kept + text.slice(from);
}

/** What AWS said, as one short line. What it may repeat is known. */
export function quoteAws(text: string): string {
  return oneLine(redact(text));
}

/**
 * What a program of the user's said, as one short line: without what is known as a secret, and without whatever is made
 * of the same letters and is no word.
 *
 * @param also what else must not be shown
 */
export function quoteForeign(text: string, also: readonly string[] = []): string {
  return oneLine(redact(text, also).replaceAll(LIKE_SECRET, (run) => (isWords(run) ? run : '[redacted]')));
}

const LIKE_SECRET = /[A-Za-z0-9+/=]{8,}/g;
const WORD = /^(?:[a-z]*|[A-Z]*|[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*)\d{0,4}$|^\d+$/;

function isWords(run: string): boolean {
  return run.split(/[+/=]+/).every((part) => WORD.test(part));
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
