import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleByMcpFunction } from '../support/bundle.ts';

/**
 * Bundles modules as `McpFunction` deploys them, each to one minified `index.mjs`.
 *
 * @param entries paths, relative to this file or absolute
 * @returns the paths of what they were bundled to
 */
export function bundle(entries: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...entries];
  const paths = all.map((entry) => (isAbsolute(entry) ? entry : fileURLToPath(new URL(entry, import.meta.url))));
  const bundles = bundleByMcpFunction(paths);
  return new Map(all.map((entry, index) => [entry, bundles[index]?.file ?? '']));
}
