import { closestMatch } from 'leven';

/** ` Did you mean "…"?`, where a word is nearly one of those there are; else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = closestMatch(word, known, { maxDistance: Math.ceil(word.length / 3) });
  return nearest === undefined || nearest === word ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
}
