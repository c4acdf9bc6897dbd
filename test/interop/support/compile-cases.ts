import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSUMER_PROGRAMS } from '../../support/consumer-programs.ts';

/** How a project may look for modules. `node16` is for ES modules alone: from CommonJS it takes none. */
const RESOLUTIONS = {
  nodenext: ['--module', 'nodenext'],
  node16: ['--module', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

/**
 * Compiles a program for each subpath, in each way of looking for modules, with `exactOptionalPropertyTypes` on and off.
 *
 * @param folder of a project that has the package installed
 * @param compiler file of `tsc`
 * @returns what it says against each way, if anything
 */
export function compileCases(folder: string, compiler: string): ReadonlyMap<string, string> {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  for (const [subpath, program] of Object.entries(CONSUMER_PROGRAMS)) {
    writeFileSync(join(programs, `${subpath.replaceAll(/\W/g, '')}.ts`), program);
  }
  const said = new Map<string, string>();
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    for (const exact of ['true', 'false']) {
      const { status, stdout } = spawnSync(
        process.execPath,
        [
          ...[compiler, '--strict', '--noEmit', '--skipLibCheck', '--types', 'node', '--target', 'es2022'],
          ...['--lib', 'es2022,esnext.disposable,dom', '--exactOptionalPropertyTypes', exact, ...resolution],
          ...Object.keys(CONSUMER_PROGRAMS).map((subpath) => `${subpath.replaceAll(/\W/g, '')}.ts`),
        ],
        { cwd: programs, encoding: 'utf8' },
      );
      said.set(`${name}, exactOptionalPropertyTypes ${exact}`, status === 0 ? '' : stdout.slice(0, 600));
    }
  }
  return said;
}
