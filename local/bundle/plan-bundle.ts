import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { BuildFailure, BuildOptions, BuildResult, Message, Metafile } from 'esbuild';
import { BundleError, describeErrors, describeMessage } from './bundle-error.ts';
import { bundleSettings } from './bundle-settings.ts';
import { hasLazyCycle } from './lazy-cycles.ts';
import { shownPath } from './shown-path.ts';

export type Bundled = BuildResult<{ metafile: true; write: false }>;

/** What one run of esbuild gave. */
export type Attempt = Bundled | BuildFailure;

/** The settings of a server's bundle beside those of the table, found by bundling it. */
export interface BundlePlan {
  /** Specifiers, and what esbuild is to take in their place: a file, or a module as a data URL. */
  readonly alias: Readonly<Record<string, string>>;
  readonly mainFields: readonly string[];
  /** Undefined for esbuild's own. */
  readonly conditions: readonly string[] | undefined;
  /** Whether esbuild is to take no package's word that its modules do nothing but export. */
  readonly ignoreAnnotations: boolean;
  /** What whoever bundles should know. */
  readonly notes: readonly string[];
  readonly bundled: Bundled;
}

type Resolution = Pick<BundlePlan, 'alias' | 'mainFields' | 'conditions' | 'ignoreAnnotations'>;

/** As Node resolves, for `import` too. Of a package with a `module` build, unused code then stays. */
const AS_NODE = { mainFields: ['main', 'module'], conditions: [] };

/** Each round meets the files that the one before has let in. */
const MAX_ROUNDS = 20;

/**
 * Finds out how a server has to be bundled. Yields options to run esbuild with, takes what it gave.
 *
 * - `require()` of a package gives the file that Node would give, which need not be the `module` build:
 *   https://github.com/evanw/esbuild/issues/363
 * - what a dependency imports and nobody has installed is left out, and fails where it is reached, as it does in Node
 *
 * @throws {BundleError} when there is no bundle
 */
export function* planBundle(entry: string, options: BuildOptions): Generator<BuildOptions, BundlePlan, Attempt> {
  const notes: string[] = [];
  let resolution: Resolution = {
    alias: {},
    mainFields: options.mainFields ?? bundleSettings.mainFields,
    conditions: undefined,
    ignoreAnnotations: false,
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { alias, mainFields, conditions, ignoreAnnotations } = resolution;
    const attempt: Attempt = yield {
      ...bundleSettings,
      ...options,
      entryPoints: [entry],
      metafile: true,
      write: false,
      logLevel: 'silent',
      mainFields: [...mainFields],
      ...(conditions && { conditions: [...conditions] }),
      ...(ignoreAnnotations && { ignoreAnnotations }),
      alias: { ...options.alias, ...alias },
    };
    const found =
      'metafile' in attempt && attempt.metafile
        ? (otherwiseRequired(attempt.metafile, resolution) ?? inOrder(attempt.metafile, resolution))
        : leaveOut(attempt.errors, resolution, entry, notes);
    if (found) resolution = found;
    else return { ...resolution, notes, bundled: attempt as Bundled };
  }
  throw new BundleError(`${shownPath(entry)} could not be bundled: its packages resolve in a circle.`, [entry]);
}

/** @throws {BundleError} for what the server itself lacks */
function leaveOut(errors: readonly Message[], resolution: Resolution, entry: string, notes: string[]): Resolution {
  const { alias } = resolution;
  const missing = errors.map((error) => ({ error, name: /^Could not resolve "([^"]+)"/.exec(error.text)?.[1] ?? '' }));
  const own = missing.filter(({ error, name }) => !isOptional(error, name, entry) || Object.hasOwn(alias, name));
  if (own.length > 0) {
    const files = missing.flatMap(({ error: { location }, name }) => {
      if (!location) return [];
      const file = resolve(location.file);
      return name.startsWith('.') ? [file, resolve(dirname(file), name)] : [file];
    });
    throw new BundleError(describeErrors(own.map(({ error }) => error)), [entry, ...files]);
  }
  const left = new Map(missing.map(({ error, name }) => [name, error]));
  for (const [name, error] of left) notes.push(`${name} is not installed, so it is left out: ${whoImports(error)}`);
  const stand = Object.fromEntries([...left.keys()].map((name) => [name, missingModule(name)]));
  return { ...resolution, alias: { ...alias, ...stand } };
}

/** Whether a dependency asks for it, and the server could not have it either. */
function isOptional({ location }: Message, name: string, entry: string): boolean {
  if (!location || !isDependency(location.file) || !/^[@\w]/.test(name)) return false;
  return nodeResolves(name, entry) === undefined;
}

function whoImports(error: Message): string {
  const [head] = describeMessage({ ...error, text: '' }).split('\n');
  return `${head?.replace(/: .*$/, '')} imports it, and fails if that is reached.`;
}

/** A module that fails as Node does where a package is missing. */
function missingModule(name: string): string {
  const message = JSON.stringify(`Cannot find package '${name}': it was not installed when the server was bundled`);
  const error = `Object.assign(new Error(${message}),{code:'ERR_MODULE_NOT_FOUND'})`;
  return `data:text/javascript,${encodeURIComponent(`module.exports={};throw ${error}`)}`;
}

function asNode({ alias, ...resolution }: Resolution): Resolution {
  const left = Object.entries(alias).filter(([, to]) => to.startsWith('data:'));
  return { ...resolution, ...AS_NODE, alias: Object.fromEntries(left) };
}

/** Another resolution where modules would run out of order. It costs a bundle up to 15 %. */
function inOrder(metafile: Metafile, resolution: Resolution): Resolution | undefined {
  if (resolution.ignoreAnnotations || !hasLazyCycle(metafile)) return undefined;
  return { ...resolution, ignoreAnnotations: true };
}

/** Another resolution, when something is required of which Node would give another file; else undefined. */
function otherwiseRequired({ inputs }: Metafile, resolution: Resolution): Resolution | undefined {
  const { alias, conditions } = resolution;
  const edges = Object.entries(inputs).flatMap(([from, { imports }]) =>
    imports.flatMap(({ kind, original, path, external }) =>
      original === undefined || external || !/^[@\w]/.test(original) || path.startsWith('<')
        ? []
        : [{ from: resolve(from), kind, name: original, path: resolve(path) }],
    ),
  );
  const added = new Map<string, string>();
  if (conditions) return undefined;
  for (const { from, kind, name, path } of edges) {
    if (kind !== 'require-call' || Object.hasOwn(alias, name)) continue;
    const file = nodeResolves(name, from);
    // Node would say that it is not there; what esbuild found by `paths` or `alias` is what the server asks for.
    if (file === undefined || file === realPath(path)) continue;
    if (added.has(name) && added.get(name) !== file) return asNode(resolution);
    added.set(name, file);
  }
  if (added.size === 0) return undefined;
  for (const { from, name, path } of edges) {
    const above = [...added.keys()].find((known) => name.startsWith(`${known}/`));
    // An alias is one for all, and covers what lies beneath it.
    if (above !== undefined && !added.has(name)) added.set(name, path);
    const file = added.get(name);
    if (file !== undefined && above === undefined && nodeResolves(name, from) !== file) return asNode(resolution);
  }
  return { ...resolution, alias: { ...alias, ...Object.fromEntries(added) } };
}

/** The file that `require(name)` gives in Node; undefined when it gives none, or one of Node's own modules. */
function nodeResolves(name: string, from: string): string | undefined {
  try {
    const file = createRequire(from).resolve(name);
    return /^[/\\]|^[A-Za-z]:/.test(file) ? realPath(file) : undefined;
  } catch {
    return undefined;
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

export function isDependency(file: string): boolean {
  return /(?:^|[/\\])node_modules[/\\]/.test(file);
}
