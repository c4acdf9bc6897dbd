import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emit } from './emit.ts';

/** The project's root. */
export const root = join(import.meta.dirname, '../..');

/** A copy of the project to change: the package that its tests import by name is the copy's. */
export interface Tree {
  readonly folder: string;
  /** Gives a source other text, for tests that import it as for those of the build. Returns the files it wrote. */
  readonly write: (file: string, text: string) => readonly string[];
  /** Gives it its own text again, as the compiler emitted it. */
  readonly restore: (file: string) => readonly string[];
}

const NOT_COPIED = new Set(['node_modules', '.git']);

export function copyTree(folder: string): Tree {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(root)) {
    if (!NOT_COPIED.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const put = (contents: Readonly<Record<string, string>>) =>
    Object.entries(contents).map(([name, text]) => {
      rmSync(join(folder, name), { force: true });
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
  const built = (file: string) => join('dist', file.replace(/\.ts$/, '.js'));
  const own = (name: string) => readFileSync(join(root, name), 'utf8');
  return {
    folder,
    write: (file, text) => put({ [file]: text, [built(file)]: emit(file, text) }),
    restore: (file) => put({ [file]: own(file), [built(file)]: own(built(file)) }),
  };
}
