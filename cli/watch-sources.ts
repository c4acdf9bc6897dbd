import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps; milliseconds. */
const SETTLING_TIME = 100;

/** What a server may import. Others, such as a log beside it, change as it runs. */
const SOURCE_FILE = /\.(?:[cm]?[jt]s|json|wasm)$/;

/**
 * Calls back when a source file in a folder or below it changes. Hidden folders and `node_modules` are passed over.
 *
 * @returns a function that stops watching
 */
export function watchSources(folder: string, onChange: (file: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  let settling: NodeJS.Timeout | undefined;
  let changed: string | undefined;

  function follow(path: string): void {
    if (watchers.has(path)) return;
    const watcher = watch(path, (_event, name) => {
      if (name && SOURCE_FILE.test(name)) changed = join(path, name);
      clearTimeout(settling);
      settling = setTimeout(() => {
        followAll(path);
        if (changed) onChange(changed);
        changed = undefined;
      }, SETTLING_TIME);
    });
    watcher.on('error', () => watchers.delete(path));
    watchers.set(path, watcher);
  }

  function followAll(path: string): void {
    try {
      follow(path);
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
          followAll(join(path, entry.name));
        }
      }
    } catch (error) {
      // A build makes folders and takes them away again, and some are another user's: neither needs watching.
      if (!/^(?:ENOENT|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
      watchers.get(path)?.close();
      watchers.delete(path);
    }
  }

  followAll(folder);
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers.values()) watcher.close();
  };
}
