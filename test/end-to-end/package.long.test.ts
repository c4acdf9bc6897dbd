import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CONSUMER_PROGRAMS } from '../support/consumer-programs.ts';
import { installPacked } from '../support/packed.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const { folder: consumer, installed, subpaths } = installPacked();

/** What the compiler has against a program in a folder, checking the types of what it imports. */
async function compile(folder: string, subpath: string, program: string): Promise<string> {
  const name = `${subpath.replaceAll(/\W/g, '')}.ts`;
  writeFileSync(join(folder, name), program);
  const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2024'];
  // The types of @modelcontextprotocol/sdk name one of the DOM's.
  const dom = subpath.endsWith('/v1') ? ',dom' : '';
  const types = ['--lib', `es2024,esnext.disposable${dom}`, '--types', 'node'];
  return run(join(root, 'node_modules/.bin/tsc'), [...options, ...types, name], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

describe('the packed tarball', () => {
  it('holds what is built, and what a reader needs', () => {
    const top = readdirSync(installed).sort();
    expect(top).toEqual(['LICENSE', 'README.md', 'dist', 'docs', 'package.json']);
    expect(readdirSync(join(installed, 'docs'), { recursive: true }).map(String).sort()).toEqual([
      'skill',
      join('skill', 'SKILL.md'),
    ]);
    expect(readdirSync(join(installed, 'dist')).sort()).toEqual(
      ['cli', 'infra', 'local', 'server', 'transport', 'wire'].sort(),
    );
    const files = readdirSync(join(installed, 'dist'), { recursive: true }).map(String);
    expect(files.filter((file) => /\.\w+$/.test(file) && !/\.(js|d\.ts)$/.test(file))).toEqual([]);
  });

  it.each(subpaths)('compiles in a consumer of %s that checks its libraries', async (subpath) => {
    const program = CONSUMER_PROGRAMS[subpath];
    if (program === undefined) throw new Error(`No program uses ${subpath}: write one.`);
    expect(await compile(consumer, subpath, program)).toBe('');
  });

  it.each(['./server', './server/v1'])(
    'compiles in a CommonJS consumer of %s, which is what cdk init makes',
    async (subpath) => {
      const common = join(consumer, 'common');
      mkdirSync(common, { recursive: true });
      writeFileSync(join(common, 'package.json'), '{"type":"commonjs"}');
      expect(await compile(common, subpath, CONSUMER_PROGRAMS[subpath] as string)).toBe('');
    },
  );

  it.each(subpaths)('loads %s', async (subpath) => {
    expect((await modulesLoadedBy(subpath)).length).toBeGreaterThan(0);
  });

  it('loads no MCP SDK and no Lambda client for a fetch', async () => {
    const loaded = await modulesLoadedBy('./fetch');
    expect(loaded.filter((url) => /@modelcontextprotocol|@aws-sdk\/|aws-cdk-lib/.test(url))).toEqual([]);
  });

  it('brings a lean tree of dependencies with it', () => {
    const lock: { packages: Record<string, { dev?: true; devOptional?: true; peer?: true; optional?: true }> } =
      JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const shipped = Object.entries(lock.packages)
      .filter(([path, { dev, devOptional, peer, optional }]) => path && !dev && !devOptional && !peer && !optional)
      .map(([path]) => path);
    // What AWS's packages bring, for the most part, five of https-proxy-agent, leven and jsonc-parser: a new dependency is to be seen here.
    expect(shipped.length).toBe(38);
    expect(shipped.filter((path) => /modelcontextprotocol|aws-cdk-lib|cloudwatch/.test(path))).toEqual([]);
  });

  it('loads no CDK and no local Lambda for a server', async () => {
    const loaded = await modulesLoadedBy('./server');
    expect(loaded.filter((url) => /@aws-sdk\/|aws-cdk-lib|@smithy|dist\/(local|transport|cli)\//.test(url))).toEqual(
      [],
    );
  });
});

/** Every module that Node resolves when a subpath is imported, in a process of its own. */
async function modulesLoadedBy(subpath: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    await import('lambda-mcp${subpath.slice(1)}');
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: consumer });
  return JSON.parse(stdout);
}
