/**
 * Whether a text fits a pattern in which `*` stands for any run of characters and `?` for one; case-sensitive.
 *
 * Between two stars the earliest fit is as good as any, so nothing is tried twice. Without `?` between two stars the time
 * grows with the lengths of text and pattern only, whatever they hold.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return first.length === text.length && fitsAt(text, first, 0);
  const end = text.length - last.length;
  if (first.length > end || !fitsAt(text, first, 0) || !fitsAt(text, last, end)) return false;
  let at = first.length;
  for (const part of others) {
    const found = part.includes('?') ? findByTrying(text, part, at) : findText(text, part, at);
    if (found < 0) return false;
    at = found + part.length;
    if (at > end) return false;
  }
  return true;
}

function fitsAt(text: string, part: string, at: number): boolean {
  for (let index = 0; index < part.length; index += 1) {
    if (part[index] !== '?' && part[index] !== text[at + index]) return false;
  }
  return at + part.length <= text.length;
}

function findByTrying(text: string, part: string, from: number): number {
  for (let at = from; at + part.length <= text.length; at += 1) if (fitsAt(text, part, at)) return at;
  return -1;
}

/** As `indexOf`, which some texts make slow (Knuth, Morris and Pratt). @returns -1 when the part is nowhere */
function findText(text: string, part: string, from: number): number {
  if (part === '') return from;
  const borders = bordersOf(part);
  let fitting = 0;
  for (let index = from; index < text.length; index += 1) {
    while (fitting > 0 && part[fitting] !== text[index]) fitting = borders[fitting - 1] as number;
    if (part[fitting] === text[index]) fitting += 1;
    if (fitting === part.length) return index - part.length + 1;
  }
  return -1;
}

/** For each beginning of a text, how much of it is both its beginning and its end, less than the whole. */
function bordersOf(part: string): readonly number[] {
  const borders = [0];
  for (let index = 1, length = 0; index < part.length; index += 1) {
    while (length > 0 && part[length] !== part[index]) length = borders[length - 1] as number;
    if (part[length] === part[index]) length += 1;
    borders.push(length);
  }
  return borders;
}
