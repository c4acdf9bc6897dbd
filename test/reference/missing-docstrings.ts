import type { Subpath } from './read-subpaths.ts';

/** What a reader of the reference would find without a word: one line for each export, option or member, named once. */
export function missingDocstrings(subpaths: readonly Subpath[]): string[] {
  const missing = new Map<string, string>();
  for (const { name: subpath, doc, exports } of subpaths) {
    if (!doc.text) missing.set(subpath, `${subpath}: its file has no docstring with @module.`);
    for (const { name, key, doc, members } of exports) {
      if (!doc.text) missing.set(key, `${subpath}: ${name} has no docstring.`);
      for (const member of members) {
        if (!member.docs.some(({ text }) => text)) {
          missing.set(member.key, `${subpath}: ${name}.${member.name} has no docstring.`);
        }
      }
    }
  }
  return [...missing.values()];
}
