import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { BundleError, describeMessage } from './bundle-error.ts';
import { BUNDLE_FILE, COMMONJS_BANNER } from './bundle-settings.ts';
import { type FilesBeside, filesBeside } from './files-beside.ts';
import { linkNodeModules } from './link-node-modules.ts';
import { loadEsbuild } from './load-esbuild.ts';
import { type Attempt, type BundlePlan, isDependency, planBundle } from './plan-bundle.ts';

/** A server's bundle, written. */
export interface ServerBundle {
  /** The module; its source map lies beside it. */
  readonly file: string;
  /** What it was made of and what was copied beside it, without installed packages; absolute. */
  readonly sources: readonly string[];
  /** What whoever wrote the server should know. */
  readonly notes: readonly string[];
}

export interface BundleServerOptions extends Pick<BuildOptions, 'minify'> {
  /**
   * What the server must export.
   * @default nothing, so that it shows when it runs
   */
  readonly exportName?: string;
  /** Packages that are left out of the bundle, and lie beside it: CDK's `nodeModules`. */
  readonly nodeModules?: readonly string[] | undefined;
}

/**
 * Bundles a server as `McpFunction` deploys it, into a folder, with a source map.
 *
 * Each file of the folder is replaced at once, so that an environment may start meanwhile.
 *
 * @throws {BundleError} when the server cannot be bundled
 */
export async function bundleServer(
  entry: string,
  folder: string,
  { exportName, nodeModules = [], ...options }: BundleServerOptions = {},
): Promise<ServerBundle> {
  const esbuild = await loadEsbuild();
  const file = join(folder, BUNDLE_FILE);
  const planning = planBundle(entry, {
    outfile: file,
    target: `node${process.versions.node.split('.')[0]}`,
    sourcemap: 'linked',
    sourcesContent: false,
    external: [...nodeModules],
    ...options,
  });
  let step = planning.next();
  while (!step.done) step = planning.next(await attempt(esbuild.build(step.value)));
  if (exportName !== undefined) assertExports(entry, step.value, exportName);
  const { bundled, notes } = step.value;
  const beside = besideBundle(entry, step.value);
  mkdirSync(folder, { recursive: true });
  linkNodeModules(nodeModules, entry, folder);
  // The module last: the others are there when it is.
  for (const { path, contents } of [...bundled.outputFiles].sort((one) => (one.path === file ? 1 : -1))) {
    writeFileSync(`${path}.new`, contents);
    renameSync(`${path}.new`, path);
  }
  for (const [to, from] of beside.copies) cpSync(from, join(folder, to), { recursive: true });
  return {
    file,
    sources: [...ownSources(step.value), ...beside.copies.values()],
    notes: [...notes, ...beside.notes, ...bundled.warnings.map(describeMessage)],
  };
}

function attempt(building: Promise<unknown>): Promise<Attempt> {
  return building.catch((error: BuildFailure) => {
    if (!Array.isArray(error.errors)) throw error;
    return error;
  }) as Promise<Attempt>;
}

/** What the bundled server reads beside its source. */
export function besideBundle(entry: string, { bundled }: BundlePlan): FilesBeside {
  const used = Object.values(bundled.metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [resolve(path)] : [])),
  );
  return filesBeside(new Set(used), packageFolder(dirname(entry)));
}

/**
 * Throws when a server has no export of a name.
 *
 * @throws {BundleError} with what it does export
 */
export function assertExports(entry: string, { bundled }: BundlePlan, exportName: string): void {
  const outputs = Object.values(bundled.metafile.outputs);
  const exported = outputs.find(({ entryPoint }) => entryPoint !== undefined)?.exports ?? [];
  // A CommonJS module, or an object of handlers, is the default export as a whole.
  if (exported.includes(exportName) || exported.includes('default')) return;
  const has = exported.length > 0 ? `It exports ${exported.join(', ')}.` : 'It exports nothing.';
  throw new BundleError(
    `${basename(entry)} does not export \`${exportName}\`. ${has} Lambda calls \`export const ${exportName} = createLambdaHandler(…)\`.`,
    [entry],
  );
}

function ownSources({ bundled }: BundlePlan): string[] {
  return Object.keys(bundled.metafile.inputs)
    .filter((path) => !path.startsWith('<') && !isDependency(path))
    .map((path) => resolve(path));
}

function packageFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (exists(join(at, 'package.json')) || at === dirname(at)) return at;
  }
}

function exists(file: string): boolean {
  try {
    return readFileSync(file) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a file is a bundle that `McpFunction` has made. */
export function isBundle(file: string): boolean {
  return readFileSync(file, 'utf8').startsWith(COMMONJS_BANNER);
}
