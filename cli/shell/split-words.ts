import { UsageError } from '../usage-error.ts';

/**
 * Splits a line into words as a shell does: at spaces, but not inside single or double quotes; a backslash takes the next
 * character as it is. A JSON object at the end of the line is one word, as it stands.
 *
 * @throws {UsageError} when a quote is left open
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '{' && word === undefined && quote === '' && isJson(line.slice(at))) {
      return [...words, line.slice(at).trim()];
    }
    if (character === '\\' && quote !== "'" && at + 1 < line.length) {
      at += 1;
      const next = line.charAt(at);
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next);
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') throw new UsageError(`A ${quote} is not closed.`);
  return word === undefined ? words : [...words, word];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
