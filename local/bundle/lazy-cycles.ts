import type { Metafile } from 'esbuild';

/**
 * Whether ES modules that are reached by `import()`, or by `require()`, import each other in a circle. Such modules esbuild
 * runs when they are asked for, and of packages that say of themselves to have no side effects it leaves some out of the
 * order then: in a circle one runs before what it needs ("is not a constructor").
 */
export function hasLazyCycle({ inputs }: Metafile): boolean {
  const modules = new Map(Object.entries(inputs));
  const targets = (file: string, isOf: (kind: string, path: string) => boolean) =>
    (modules.get(file)?.imports ?? []).filter(({ kind, path }) => modules.has(path) && isOf(kind, path));
  const isLazy = (kind: string, path: string) =>
    kind === 'dynamic-import' || (kind === 'require-call' && modules.get(path)?.format === 'esm');

  const imported = new Map<string, readonly string[]>();
  const open = [...modules.keys()].flatMap((file) => targets(file, isLazy).map(({ path }) => path));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (imported.has(file)) continue;
    const paths = targets(file, (kind) => kind === 'import-statement').map(({ path }) => path);
    imported.set(file, paths);
    open.push(...paths);
  }
  // What imports nothing that is left is in no circle; nor is what imports only such.
  for (let before = -1; before !== imported.size; ) {
    before = imported.size;
    for (const [file, paths] of imported) if (!paths.some((path) => imported.has(path))) imported.delete(file);
  }
  return imported.size > 0;
}
