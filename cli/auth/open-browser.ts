import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { splitWords } from '../shell/split-words.ts';

/** A program that runs for so long has shown the page; milliseconds. */
const SHOWN = 1500;

/**
 * Opens a URL in a browser: in one that `BROWSER` names, else in the system's own. `BROWSER` holds commands, parted as `PATH`
 * is, in which `%s` stands for the URL; `none` is none.
 *
 * @returns whether there was one
 */
export async function openBrowser(url: URL): Promise<boolean> {
  for (const [program = '', ...args] of commandsFor(url.href)) {
    if (await runs(program, args)) return true;
  }
  return false;
}

function commandsFor(url: string): string[][] {
  const { BROWSER } = process.env;
  if (!BROWSER) return [systemCommand(url)];
  if (BROWSER === 'none') return [];
  return BROWSER.split(delimiter).flatMap((each) => {
    const words = existsSync(each) ? [each] : splitWords(each);
    if (words.length === 0) return [];
    return [
      words.some((word) => word.includes('%s'))
        ? words.map((word) => word.replaceAll('%s', () => url))
        : [...words, url],
    ];
  });
}

/** No shell is between: a URL may hold what one would run. */
function systemCommand(url: string): string[] {
  if (process.platform === 'darwin') return ['open', url];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

function runs(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, args, { detached: true, stdio: 'ignore' });
    } catch {
      return resolve(false);
    }
    child.unref();
    const timer = setTimeout(() => resolve(true), SHOWN);
    const settle = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
  });
}
