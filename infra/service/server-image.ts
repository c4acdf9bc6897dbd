import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Annotations, FileSystem, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BuildFailure } from 'esbuild';
import { besideBundle } from '../../local/bundle/bundle-server.ts';
import { BUNDLE_FILE } from '../../local/bundle/bundle-settings.ts';
import { type Attempt, type BundlePlan, planBundle } from '../../local/bundle/plan-bundle.ts';
import { type StartOptions, startFile } from './start-file.ts';

/** Nothing is run while it is built, so that any machine builds it for any architecture. */
const DOCKERFILE = `FROM public.ecr.aws/docker/library/node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY . ./
USER node
EXPOSE 8000
# Not by npm, which would keep SIGTERM to itself.
CMD ["node", "${BUNDLE_FILE}"]
`;

/**
 * Writes the folder of a container image: a server's bundle, which listens when it is started, what it reads beside its
 * source, and a Dockerfile. A stack that is not deployed now is not bundled either.
 *
 * @returns its path, below `.lambda-mcp` of the working directory
 * @throws Error when there is no such file, or no esbuild
 * @throws BundleError when it cannot be bundled, with the line of code
 */
export function writeServerImage(scope: Construct, entry: string, options: StartOptions): string {
  const folder = resolve('.lambda-mcp', 'service');
  const file = resolve(entry);
  const { bundlingRequired } = Stack.of(scope);
  if (bundlingRequired && !existsSync(file)) throw new Error(`${scope.node.path}: there is no server at ${file}.`);
  mkdirSync(folder, { recursive: true });
  const written = mkdtempSync(join(folder, 'new-'));
  try {
    writeFileSync(join(written, 'Dockerfile'), DOCKERFILE);
    if (bundlingRequired) bundle(scope, file, written, options);
    // Named after what it holds, so that two apps which are synthesized at once do not meet.
    const image = join(folder, FileSystem.fingerprint(written).slice(0, 16));
    if (!existsSync(image)) renameSync(written, image);
    return image;
  } finally {
    rmSync(written, { recursive: true, force: true });
  }
}

function bundle(scope: Construct, entry: string, folder: string, options: StartOptions): void {
  const esbuild = loadEsbuild(scope);
  const start = `${folder}.mjs`;
  const http = fileURLToPath(import.meta.resolve('lambda-mcp/http'));
  writeFileSync(start, startFile(entry, http, options));
  try {
    const planning = planBundle(start, { outfile: join(folder, BUNDLE_FILE), target: 'node24' });
    let step = planning.next();
    while (!step.done) step = planning.next(attempt(esbuild, step.value));
    const plan: BundlePlan = step.value;
    for (const { path, contents } of plan.bundled.outputFiles) writeFileSync(path, contents);
    const { copies, notes } = besideBundle(entry, plan);
    for (const [to, from] of copies) {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      cpSync(from, join(folder, to), { recursive: true });
    }
    for (const note of [...plan.notes, ...notes]) Annotations.of(scope).addInfo(note);
  } finally {
    rmSync(start, { force: true });
  }
}

function attempt(esbuild: typeof import('esbuild'), options: Parameters<typeof esbuild.buildSync>[0]): Attempt {
  try {
    return esbuild.buildSync(options) as Attempt;
  } catch (error) {
    if (!Array.isArray((error as BuildFailure).errors)) throw error;
    return error as BuildFailure;
  }
}

function loadEsbuild(scope: Construct): typeof import('esbuild') {
  try {
    return createRequire(import.meta.url)('esbuild');
  } catch (cause) {
    throw new Error(`${scope.node.path}: the server is bundled by esbuild. Run: npm install --save-dev esbuild`, {
      cause,
    });
  }
}
