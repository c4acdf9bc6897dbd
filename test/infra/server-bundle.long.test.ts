import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { McpFunction } from 'lambda-mcp/infra';
import { describe, expect, it } from 'vitest';
import { BundleError, describeMessage } from '../../local/bundle/bundle-error.ts';
import { bundleServer } from '../../local/bundle/bundle-server.ts';
import { isDependency } from '../../local/bundle/plan-bundle.ts';
import { bundleByMcpFunction } from '../support/bundle.ts';
import { newPath } from '../support/scratch.ts';
import { serverWith, writeServer } from '../support/server-ways.ts';

/** What an error of the construct says. */
function refusal(entry: string): string {
  try {
    bundleByMcpFunction([entry]);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a server that cannot be bundled is refused at synthesis:', () => {
  it.each([
    [
      'a package that is not installed',
      "import x from 'lodash-of-nobody'; export const handler = x;",
      /:1:15: Could not resolve "lodash-of-nobody"\. Is it installed\? npm install lodash-of-nobody\n {2}1 \| import x/,
    ],
    ['a file that is not there', "export * from './gone.ts';", /:1:15: Could not resolve "\.\/gone\.ts"\n/],
    [
      'what is no TypeScript',
      'export const handler = (;',
      /:1:25: Unexpected ";"\n {2}1 \| export const handler = \(;\n {4}\| {25}\^/,
    ],
    ['no handler', 'export const main = 1;', /server\.ts does not export `handler`\. It exports main\./],
  ])('%s', (_, source, message) => {
    expect(refusal(writeServer({ files: { 'server.ts': source } }))).toMatch(message);
  });

  it('with the column in characters, the part of a long line that matters, and no stack of ours', async () => {
    const long = `${'/* é */ '.repeat(40)}export const handler = (;`;
    const error = await bundleServer(writeServer({ files: { 'server.ts': long } }), newPath()).catch((e) => e);
    expect(error).toBeInstanceOf(BundleError);
    const [head, code = '', mark = ''] = error.message.split('\n');
    expect(head).toContain(`server.ts:1:${long.indexOf(';') + 1}: `);
    expect(code.length).toBeLessThan(130);
    expect(code[mark.indexOf('^')]).toBe(';');
    expect(error.stack).not.toMatch(/\n +at /);
  });

  it('a runtime that is too old', () => {
    const stack = new Stack(new App({ outdir: newPath() }), 'Stack');
    const entry = writeServer({ files: { 'server.ts': serverWith('', '1') } });
    const make = () => new McpFunction(stack, 'Tools', { entry, runtime: Runtime.NODEJS_20_X });
    expect(make).toThrow('lambda-mcp needs the runtime nodejs22.x or later, and this is nodejs20.x');
  });
});

describe('McpFunction says at synthesis', () => {
  it('which packages it leaves out, and who imports them', () => {
    const [bundle] = bundleByMcpFunction([
      writeServer({
        files: {
          'server.ts': serverWith("import 'needy';", '1'),
          'node_modules/needy/package.json': '{"name":"needy","version":"1.0.0","main":"index.js"}',
          'node_modules/needy/index.js': "exports.later = () => import('gone');",
        },
      }),
    ]);
    expect(bundle?.said).toEqual([
      expect.stringMatching(
        /^gone is not installed, so it is left out: .*needy\/index\.js:1:30 imports it, and fails if/,
      ),
    ]);
  });

  it.each([
    [
      'lies above its source',
      "new URL('../above.md', import.meta.url)",
      'above.md is not deployed: it lies above the file',
    ],
    [
      'is known by name only when it runs',
      'join(import.meta.dirname, process.argv[2])',
      'reads files of its folder by names',
    ],
    ['is code', "new URL('./worker.ts', import.meta.url)", 'worker.ts is code, and is not deployed'],
    ['has the name of another', "new URL('./lib/../prompt.md', import.meta.url)", undefined],
  ])('that a file will not be found that %s', (_, path, message) => {
    const source = serverWith(
      "import { join } from 'node:path';\nimport { other } from './lib/other.ts';",
      `[other, (${path})].length`,
    );
    const [bundle] = bundleByMcpFunction([
      writeServer({
        entry: 'src/server.ts',
        files: {
          'src/server.ts': source,
          'src/lib/other.ts': "export const other = new URL('./prompt.md', import.meta.url);",
          'src/worker.ts': '',
          'above.md': '',
          'src/prompt.md': 'one',
          'src/lib/prompt.md': 'two',
        },
      }),
    ]);
    expect(bundle?.said.join('\n')).toContain(message ?? 'prompt.md takes its place beside the bundle');
    expect(bundle?.said.join('\n')).toMatch(/server\.ts:\d+: |other\.ts:1: /);
  });
});

it('a native addon lies beside the bundle that requires it', () => {
  const [bundle] = bundleByMcpFunction([
    writeServer({
      files: {
        'server.ts': serverWith("import addon from 'native';", 'typeof addon'),
        'node_modules/native/package.json': '{"name":"native","version":"1.0.0","main":"index.js"}',
        'node_modules/native/index.js': "module.exports = require('./build/addon.node');",
        'node_modules/native/build/addon.node': 'ELF',
      },
    }),
  ]);
  const folder = dirname(bundle?.file ?? '');
  const [addon = ''] = readdirSync(folder).filter((name) => name.endsWith('.node'));
  expect(readFileSync(join(folder, addon), 'utf8')).toBe('ELF');
  expect(readFileSync(bundle?.file ?? '', 'utf8')).toContain(`"./${addon}"`);
});

it('what a deployer asks of esbuild and of CDK is done too', () => {
  const entry = writeServer({
    files: {
      'server.ts': serverWith("import x from 'aliased';\nimport text from './a.txt';", 'x + text'),
      'real.ts': "export default 'real';",
      'a.txt': 'text',
    },
  });
  mkdirSync(join(dirname(entry), 'assets'));
  writeFileSync(join(dirname(entry), 'assets/b.txt'), '');
  const [bundle] = bundleByMcpFunction([entry], {
    esbuildArgs: { '--alias:aliased': join(dirname(entry), 'real.ts') },
    loader: { '.txt': 'text' },
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (_input, output) => [`cp -r ${join(dirname(entry), 'assets')} ${output}`],
    },
  });
  expect(readFileSync(bundle?.file ?? '', 'utf8')).toMatch(/"real".*"text"/);
  expect(existsSync(join(dirname(bundle?.file ?? ''), 'assets/b.txt'))).toBe(true);
});

describe('paths of Windows', () => {
  it('are told apart as others are', () => {
    expect(isDependency('C:\\app\\node_modules\\zod\\index.js')).toBe(true);
    expect(isDependency('..\\node_modules\\zod\\index.js')).toBe(true);
    expect(isDependency('C:\\app\\my_node_modules_notes\\index.ts')).toBe(false);
  });

  it('stand in messages as they are', () => {
    const location = { file: 'C:\\my app\\server.ts', line: 1, column: 0, length: 1, lineText: 'x' };
    const message = { text: 'No', location: { ...location, namespace: '', suggestion: '' } };
    expect(describeMessage({ ...message, id: '', pluginName: '', notes: [], detail: undefined })).toContain(
      'C:\\my app\\server.ts:1:1: No',
    );
  });
});
