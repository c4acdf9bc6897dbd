import { cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { assertExports, besideBundle } from '../local/bundle/bundle-server.ts';
import { type Attempt, type BundlePlan, planBundle } from '../local/bundle/plan-bundle.ts';

/**
 * Writes the bundle of a server that exports `handler`, and what it reads beside its source.
 *
 * @param node version that it will run on, such as `node24`
 * @throws BundleError when the server cannot be bundled
 */
export function writeBundle(esbuild: typeof import('esbuild'), entry: string, outfile: string, node: string): void {
  const plan = runPlan(planBundle(entry, { outfile, target: node }), esbuild);
  assertExports(entry, plan, 'handler');
  for (const { path, contents } of plan.bundled.outputFiles) writeFileSync(path, contents);
  const { copies } = besideBundle(entry, plan);
  for (const [to, from] of copies) cpSync(from, join(dirname(outfile), to), { recursive: true });
}

/** Runs esbuild until there is a bundle; CDK waits for nothing, so at once. */
export function runPlan(planning: ReturnType<typeof planBundle>, esbuild: typeof import('esbuild')): BundlePlan {
  let step = planning.next();
  while (!step.done) {
    const { value } = step;
    step = planning.next(attempt(() => esbuild.buildSync(value)));
  }
  return step.value;
}

function attempt(build: () => unknown): Attempt {
  try {
    return build() as Attempt;
  } catch (error) {
    if (!Array.isArray((error as BuildFailure).errors)) throw error;
    return error as BuildFailure;
  }
}
