import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BundlingOptions, type ICommandHooks, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { assertExports, besideBundle } from '../local/bundle/bundle-server.ts';
import { bundleSettings } from '../local/bundle/bundle-settings.ts';
import { type BundlePlan, planBundle } from '../local/bundle/plan-bundle.ts';
import { runPlan } from './write-bundle.ts';

/**
 * esbuild options for one minified `index.mjs`; `overrides` win, and a banner of theirs follows ours.
 *
 * Every cold start reads and compiles the whole bundle: `docs/performance.md` has its size and what that takes. A source
 * map makes the upload several times bigger and the start longer, so it is off until `sourceMap: true` asks for it.
 */
export function esmBundling(overrides: BundlingOptions = {}): BundlingOptions {
  const options: BundlingOptions = {
    ...overrides,
    format: overrides.format ?? OutputFormat.ESM,
    minify: overrides.minify ?? bundleSettings.minify,
    keepNames: overrides.keepNames ?? bundleSettings.keepNames,
    // The runtime's own AWS SDK changes under a deployed function, and a bundled one starts faster.
    bundleAwsSDK: overrides.bundleAwsSDK ?? true,
    mainFields: overrides.mainFields ?? [...bundleSettings.mainFields],
    loader: { ...bundleSettings.loader, ...overrides.loader },
  };
  if (options.format !== OutputFormat.ESM) return options;
  return { ...options, banner: `${bundleSettings.banner.js}${overrides.banner ?? ''}` };
}

export interface PlannedBundling {
  readonly bundling: BundlingOptions;
  /** What whoever deploys the server should know. */
  readonly notes: readonly string[];
}

/**
 * The same for one server: what its packages need, and the files that it reads beside its source. Without a local
 * esbuild CDK bundles in Docker, with the options alone.
 *
 * @param exportName what the server must export; undefined when that cannot be known
 * @throws BundleError when the server cannot be bundled, with the line of code
 */
export function planBundling(
  entry: string,
  exportName: string | undefined,
  overrides: BundlingOptions = {},
): PlannedBundling {
  const bundling = esmBundling(overrides);
  const esbuild = localEsbuild();
  if (!esbuild || overrides.forceDockerBundling) return { bundling, notes: [] };
  const planning = planBundle(entry, {
    outfile: join(dirname(entry), 'index.mjs'),
    mainFields: bundling.mainFields ?? [],
    external: [
      ...(overrides.externalModules ?? []),
      ...(overrides.nodeModules ?? []),
      ...Object.keys(named('external', overrides.esbuildArgs)),
    ],
    loader: bundling.loader as Record<string, never>,
    alias: named('alias', overrides.esbuildArgs),
    ...(overrides.tsconfig !== undefined && { tsconfig: overrides.tsconfig }),
    ...(overrides.define && { define: overrides.define }),
    ...(overrides.inject && { inject: overrides.inject }),
    ...(overrides.target !== undefined && { target: overrides.target }),
  });
  let plan: BundlePlan;
  try {
    plan = runPlan(planning, esbuild);
  } catch (error) {
    // What we do not read may be what it takes: CDK tries, and tells.
    if (overrides.esbuildArgs || overrides.commandHooks) return { bundling, notes: [] };
    throw error;
  }
  if (exportName !== undefined) assertExports(entry, plan, exportName);
  const { copies, notes } = besideBundle(entry, plan);
  return {
    bundling: {
      ...bundling,
      mainFields: [...plan.mainFields],
      esbuildArgs: { ...planArguments(plan), ...overrides.esbuildArgs },
      ...(copies.size > 0 && { commandHooks: copying(copies, overrides.commandHooks) }),
    },
    notes: [...plan.notes, ...notes],
  };
}

function planArguments({ alias, conditions, ignoreAnnotations }: BundlePlan): Record<string, string | true> {
  return {
    ...Object.fromEntries(Object.entries(alias).map(([name, to]) => [`--alias:${name}`, to])),
    ...(conditions && { [`--conditions=${conditions.join(',')}`]: true }),
    ...(ignoreAnnotations && { '--ignore-annotations': true }),
  };
}

/** Of arguments such as `--alias:NAME`, the names with their values. */
function named(argument: string, esbuildArgs: BundlingOptions['esbuildArgs'] = {}): Record<string, string> {
  const prefix = `--${argument}:`;
  const entries = Object.entries(esbuildArgs).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), String(value)]));
}

/** Copies files into the asset, by Node: shells differ. */
function copying(copies: ReadonlyMap<string, string>, hooks: ICommandHooks | undefined): ICommandHooks {
  return {
    beforeBundling: (input, output) => hooks?.beforeBundling(input, output) ?? [],
    beforeInstall: (input, output) => hooks?.beforeInstall(input, output) ?? [],
    afterBundling: (input, output) => [
      ...[...copies].map(([to, from]) => copyCommand(from, join(output, to))),
      ...(hooks?.afterBundling(input, output) ?? []),
    ],
  };
}

/** One command for every shell: the paths are in base64, which none of them reads. */
function copyCommand(from: string, to: string): string {
  const paths = Buffer.from(JSON.stringify([from, to])).toString('base64');
  const program = `fs.cpSync(...JSON.parse(Buffer.from('${paths}','base64')),{recursive:true})`;
  return `node -e "${program}"`;
}

function localEsbuild(): typeof import('esbuild') | undefined {
  try {
    return createRequire(import.meta.url)('esbuild');
  } catch {
    return undefined;
  }
}
