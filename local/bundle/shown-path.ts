import { relative, resolve, sep } from 'node:path';

/** A path as a person would type it: relative where it lies below the working directory. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return short.startsWith(`..${sep}`) || short === '' ? resolve(path) : short;
}
