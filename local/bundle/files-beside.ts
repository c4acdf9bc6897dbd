import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { isDependency } from './plan-bundle.ts';
import { shownPath } from './shown-path.ts';

/** What a server reads that lies beside its source, and so must lie beside its bundle. */
export interface FilesBeside {
  /** Files and folders to copy; by path below the bundle's folder, the absolute path of each. */
  readonly copies: ReadonlyMap<string, string>;
  /** What will not be found, and why. */
  readonly notes: readonly string[];
}

/** Those are bundled, or would have to be: a copy does not run. */
const CODE = /\.(?:[cm]?[jt]sx?|node)$/;

const TEXT = String.raw`(?:'[^'\n]*'|"[^"\n]*"|${'`'}[^${'`'}]*${'`'})`;
const HERE = String.raw`__dirname|import\.meta\.dirname`;
/** `const here = …`, for the folder of the file itself. */
const NAMED_HERE = new RegExp(
  String.raw`\b(?:const|let|var)\s+(\w+)\s*=\s*(?:${HERE}\b|(?:path\.)?dirname\(\s*(?:url\.)?fileURLToPath\(\s*import\.meta\.url|(?:url\.)?fileURLToPath\(\s*new URL\(\s*['"]\.\/?['"]\s*,\s*import\.meta\.url)`,
  'g',
);

/**
 * Finds the files that sources read from their own folder: `new URL('./prompt.md', import.meta.url)`,
 * `join(import.meta.dirname, 'prompts')`, `${__dirname}/prompt.md`, and below the package's folder
 * `readFileSync('prompt.md')`. In the bundle all of them mean the bundle's folder. Paths made of variables are followed
 * to the folder that is written out.
 *
 * @param sources absolute paths of what is in the bundle
 * @param packageFolder which is the working directory while a person develops
 */
export function filesBeside(sources: Iterable<string>, packageFolder: string): FilesBeside {
  const copies = new Map<string, string>();
  const notes: string[] = [];
  for (const source of sources) {
    const text = readText(source);
    if (!/import\.meta\.(?:url|dirname)|__dirname|readFile|readdir|createReadStream/.test(text)) continue;
    for (const { path, index, from = dirname(source) } of readPaths(text, packageFolder)) {
      const file = join(from, path);
      const to = normalize(path).replace(/[\\/]$/, '');
      const stat = statSync(file, { throwIfNoEntry: false });
      const problem = stat && problemOf(file, to, stat.isDirectory(), isDependency(source), copies);
      if (problem) notes.push(`${shownPath(source)}:${text.slice(0, index).split('\n').length}: ${problem}`);
      else if (stat && problem === undefined) copies.set(to, file);
    }
  }
  return { copies, notes };
}

/** Empty for what need not be told; undefined when there is none. */
function problemOf(
  file: string,
  to: string,
  isFolder: boolean,
  ofDependency: boolean,
  copies: ReadonlyMap<string, string>,
): string | undefined {
  // A package names its own folder for many reasons; most have nothing to read there.
  if (ofDependency && (isFolder || CODE.test(file) || /\.json$/.test(file) || to.startsWith('..'))) return '';
  if (to === '.' || to === '') {
    return isFolder && !ofDependency
      ? 'reads files of its folder by names that only show when it runs: they are not deployed.'
      : '';
  }
  if (to.startsWith(`..${sep}`) || to === '..') {
    return `${shownPath(file)} is not deployed: it lies above the file that reads it. Move it beside, or import it.`;
  }
  if (!isFolder && CODE.test(extname(file)))
    return `${shownPath(file)} is code, and is not deployed by being named: import it.`;
  const other = copies.get(to);
  if (other !== undefined && other !== file) {
    return `${shownPath(file)} is not deployed: ${shownPath(other)} takes its place beside the bundle. Rename one.`;
  }
  return undefined;
}

interface ReadPath {
  readonly path: string;
  readonly index: number;
  readonly from?: string;
}

function* readPaths(text: string, packageFolder: string): Generator<ReadPath> {
  const names = [HERE, ...[...text.matchAll(NAMED_HERE)].map(([, name]) => name)].join('|');
  const here = String.raw`(?<![\w$.])(?:${names})`;
  for (const { 1: written = '', index } of text.matchAll(
    new RegExp(String.raw`new URL\(\s*(${TEXT})\s*,\s*import\.meta\.url\s*,?\s*\)`, 'g'),
  )) {
    if (!/^.(?:[a-z]+:|\/)/i.test(written)) yield { path: literal(written).path, index };
  }
  for (const { 1: list = '', 2: end, index } of text.matchAll(
    new RegExp(String.raw`\b(?:join|resolve)\(\s*${here}\s*((?:,\s*${TEXT}\s*)*)(,?\s*\))?`, 'g'),
  )) {
    yield { path: joined(list, end !== undefined), index };
  }
  for (const { 1: rest = '', index } of text.matchAll(
    new RegExp(String.raw`\$\{\s*${here}\s*\}\/([^${'`'}]*)${'`'}`, 'g'),
  )) {
    yield { path: literal(`\`${rest}\``).path, index };
  }
  for (const { 1: rest = '', index } of text.matchAll(new RegExp(String.raw`${here}\s*\+\s*(${TEXT})`, 'g'))) {
    yield { path: literal(rest).path.replace(/^\//, ''), index };
  }
  for (const { 1: written = '', index } of text.matchAll(
    new RegExp(String.raw`\b(?:readFile|readdir|createReadStream)(?:Sync)?\(\s*(${TEXT})`, 'g'),
  )) {
    const { path, whole } = literal(written);
    if (whole && path !== '' && !/^(?:[a-z]+:|[/\\])/i.test(path)) yield { path, index, from: packageFolder };
  }
}

/** A text as written, up to the folder before its first `${`. */
function literal(written: string): { path: string; whole: boolean } {
  const text = written.slice(1, -1);
  const start = written.startsWith('`') ? text.indexOf('${') : -1;
  if (start < 0) return { path: text, whole: true };
  return { path: text.slice(0, text.lastIndexOf('/', start) + 1), whole: false };
}

function joined(list: string, complete: boolean): string {
  const parts: string[] = [];
  for (const [written] of list.matchAll(new RegExp(TEXT, 'g'))) {
    const { path, whole } = literal(written);
    parts.push(path);
    if (!whole) return parts.join('/');
  }
  // `join(here, 'prompts', name)`: what is written out is a folder.
  return complete || parts.length > 0 ? parts.join('/') : '';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
