import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Editors write a file in several steps; milliseconds. */
const SETTLING_TIME = 100;

/** What a build that failed may be waiting for. Others, such as a log beside it, change as the server runs. */
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|json|wasm)$/;

export interface FileWatcher {
  /**
   * @param files what to watch from now on: files, or folders with all that is in them; absolute
   * @param anySource whether any source file beside them counts: one may be missing
   */
  watch(files: Iterable<string>, anySource: boolean): void;
  close(): void;
}

/** Calls back with what has changed of some files, wherever they lie, once it has settled. */
export function watchFiles(onChange: (files: readonly string[]) => void): FileWatcher {
  const watchers = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let watched: ReadonlySet<string> = new Set();
  let folders: readonly string[] = [];
  let anySource = false;
  let settling: NodeJS.Timeout | undefined;

  const below = (folder: string) => (path: string) => path.startsWith(folder + sep);
  const counts = (path: string) =>
    watched.has(path) ||
    folders.some((folder) => below(folder)(path)) ||
    (anySource && SOURCE_FILE.test(path)) ||
    // A folder that was missing, and that files were or will be in.
    (!watchers.has(path) && [...watched].some(below(path)));

  function follow(folder: string, recursive: boolean): void {
    // A folder that went, by a switch of branches for instance, may come again: its nearest parent tells.
    const at = existing(folder);
    if (watchers.has(at)) return;
    try {
      const watcher = watch(at, { recursive: recursive && at === folder }, (_event, name) => {
        const path = join(at, name ?? '');
        const gone = !existsSync(at);
        if (gone) forget(at);
        if (!gone && !counts(path)) return;
        changed.add(path);
        clearTimeout(settling);
        settling = setTimeout(tell, SETTLING_TIME);
      });
      watcher.on('error', () => forget(at));
      watchers.set(at, watcher);
    } catch {
      // Another user's, or no more watches to be had: its changes go unseen, and the rest is watched.
    }
  }

  function forget(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function tell(): void {
    const files = [...changed];
    changed.clear();
    onChange(files);
  }

  return {
    watch(files, any) {
      watched = new Set(files);
      anySource = any;
      folders = [...watched].filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
      const wanted = new Set([...watched].map((path) => (folders.includes(path) ? path : dirname(path))));
      for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) forget(folder);
      for (const folder of wanted) follow(folder, folders.includes(folder));
    },
    close() {
      clearTimeout(settling);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}
