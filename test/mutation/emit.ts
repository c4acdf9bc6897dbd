import { stripTypeScriptTypes } from 'node:module';
import { parseSync } from 'oxc-parser';
import { applyEdits } from './text.ts';

/** JavaScript as the build emits it: this project's TypeScript has nothing but types to leave out. */
export function emit(file: string, text: string): string {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
    ...dynamicImports.map(({ moduleRequest }) => moduleRequest),
  ].filter((part) => part !== null);
  const ends = new Set(
    specifiers.filter(({ start, end }) => /^['"]\..*\.ts['"]$/.test(text.slice(start, end))).map(({ end }) => end),
  );
  // Types are left out by blanks, and `.js` is as long as `.ts`: every line stays where it was.
  return stripTypeScriptTypes(
    applyEdits(
      text,
      [...ends].map((end) => ({ start: end - 3, end: end - 1, text: 'js' })),
    ),
  );
}
