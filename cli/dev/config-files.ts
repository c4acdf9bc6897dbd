import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What says how the sources are to be read, in their folders and those above. */
export function configFiles(sources: readonly string[]): Set<string> {
  const files = new Set<string>();
  for (const source of sources) {
    for (let at = dirname(source); at !== dirname(at); at = dirname(at)) {
      for (const name of ['tsconfig.json', 'package.json']) {
        if (statSync(join(at, name), { throwIfNoEntry: false })) files.add(join(at, name));
      }
    }
  }
  return files;
}
