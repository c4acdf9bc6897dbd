/**
 * Characters that act instead of showing: controls (C0, C1), line separators, marks that turn text around, zero-width
 * and other invisible ones, fillers that look like nothing, half surrogate pairs, private and unassigned ones.
 *
 * Source: Unicode, UAX #9 (bidirectional controls), UTS #39 (invisible characters); Unicode general categories.
 */
const ACTING =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each stands for itself
  /(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?!\u200d)[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u{e0100}-\u{e01ef}]/gu;

/**
 * A text that somebody else chose, so that it breaks no line, no terminal and no page, and hides nothing: what would act
 * is written out, such as `\u{202e}`. An emoji's joiner, which shows, stays. Everything the package prints of others'
 * words goes through here.
 *
 * @param kept characters that may stay, such as `\n`
 */
export function harmless(text: string, kept = ''): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(ACTING, (character) =>
    kept !== '' && kept.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same within a text of JSON, which stays the same JSON. */
export function harmlessJson(json: string): string {
  return json.replace(ACTING, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
