/** A string, or a sign that JSON's structure is made of. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:]/g;

/**
 * The names that an object of a JSON text has twice, which a parser takes the last of without a word.
 *
 * @param text JSON that can be parsed
 */
export function repeatedMembers(text: string): string[] {
  const repeated = new Set<string>();
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token !== ':') last = token;
    else {
      // Escapes may write one name in several ways.
      const name: string = JSON.parse(last);
      const names = open.at(-1);
      if (names?.has(name)) repeated.add(name);
      names?.add(name);
    }
  }
  return [...repeated];
}
