import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newPath } from './scratch.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One way to write a server, and what its tool `t` says. */
export interface ServerWay {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** @default 'server.ts' */
  readonly entry?: string;
  /**
   * Of package.json.
   * @default { type: 'module' }
   */
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly expected: string;
}

/** A server with one tool, whose answer is what an expression gives. */
export function serverWith(imports: string, expression: string, handler = 'export const handler = made;'): string {
  return `import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
${imports}
const made = createLambdaHandler(() => {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('t', {}, async () => ({ content: [{ type: 'text', text: String(${expression}) }] }));
  return server;
});
${handler}`;
}

const COMMONJS_SERVER = `const { McpServer } = require('@modelcontextprotocol/server');
const { createLambdaHandler } = require('lambda-mcp/server');
exports.handler = createLambdaHandler(() => {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('t', {}, async () => ({ content: [{ type: 'text', text: typeof require + typeof __dirname }] }));
  return server;
});`;

const pkg = (name: string, manifest: object, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ 'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }), ...files }).map(
      ([path, text]) => [`node_modules/${name}/${path}`, text],
    ),
  );

const ESM_COPY = "export default () => 'the module build'; export const named = 1;";
const CJS_COPY = "module.exports = () => 'the build that Node requires';";

/** Servers as people write them. All run deployed, so all run here, and say the same. */
export const SERVER_WAYS: readonly ServerWay[] = [
  {
    name: 'imports ./tools.js, which is tools.ts',
    files: {
      'server.ts': serverWith("import { x } from './tools.js';", 'x'),
      'tools.ts': 'export const x: number = 1;',
    },
    expected: '1',
  },
  {
    name: 'imports ./tools, without an extension, and a folder',
    files: {
      'server.ts': serverWith("import { x } from './tools';\nimport { y } from './lib';", 'x + y'),
      'tools.ts': 'export const x: number = 1;',
      'lib/index.ts': 'export const y: number = 1;',
    },
    expected: '2',
  },
  {
    name: 'has tsconfig paths',
    files: {
      'server.ts': serverWith("import { x } from '@/x';", 'x'),
      'src/x.ts': 'export const x = 3;',
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    },
    expected: '3',
  },
  {
    name: 'has an enum, a namespace, a parameter property and a decorator',
    files: {
      'server.ts': serverWith(
        `enum E { A = 'a' }
         namespace N { export const b = 'b'; }
         class C { constructor(readonly c: string) {} }
         const twice = (method: any, context: any) => function (this: any) { return method.call(this) + method.call(this); };
         class D { @twice m() { return 'd'; } }`,
        "E.A + N.b + new C('c').c + new D().m()",
      ),
    },
    expected: 'abcdd',
  },
  {
    name: 'imports a type without saying so',
    files: {
      'server.ts': serverWith("import { Foo, y } from './types.ts';\nconst foo: Foo = { a: y };", 'foo.a'),
      'types.ts': 'export interface Foo { a: number }\nexport const y = 5;',
    },
    expected: '5',
  },
  {
    name: 'imports JSON, with an attribute and without',
    files: {
      'server.ts': serverWith(
        "import one from './data.json' with { type: 'json' };\nimport two from './other.json';",
        'one.a + two.a',
      ),
      'data.json': '{"a":3}',
      'other.json': '{"a":4}',
    },
    expected: '7',
  },
  {
    name: 'reads files beside its source',
    files: {
      'server.ts': serverWith(
        `import { readdirSync, readFileSync } from 'node:fs';
         import { dirname, join } from 'node:path';
         import { fileURLToPath } from 'node:url';
         import { lib } from './lib/read.ts';
         const here = dirname(fileURLToPath(import.meta.url));
         const name = 'a';
         const read = (path: string | URL) => readFileSync(path, 'utf8').trim();`,
        `[
           read(new URL('./prompt.md', import.meta.url)), read(join(here, 'texts', name + '.txt')),
           read(\`\${import.meta.dirname}/note.txt\`), readFileSync('working.txt', 'utf8'), readdirSync(join(here, 'texts')), lib(),
         ].join(' ')`,
      ),
      'prompt.md': 'prompt',
      'texts/a.txt': 'text',
      'note.txt': 'note',
      'working.txt': 'working',
      'lib/read.ts':
        "import { readFileSync } from 'node:fs';\nexport const lib = () => readFileSync(new URL('./lib.txt', import.meta.url), 'utf8');",
      'lib/lib.txt': 'lib',
    },
    expected: 'prompt text note working a.txt lib',
  },
  {
    name: 'depends on a package that reads a file of its own',
    files: {
      'server.ts': serverWith("import text from 'reader';", 'text'),
      ...pkg(
        'reader',
        { main: 'lib/index.js' },
        {
          'lib/index.js':
            "module.exports = require('fs').readFileSync(require('path').join(__dirname, 'data.bin'), 'utf8');",
          'lib/data.bin': 'its own',
        },
      ),
    },
    expected: 'its own',
  },
  {
    name: 'requires packages of two builds',
    files: {
      'server.ts': serverWith("import both from './both.cjs';", "both.join(', ')"),
      'both.cjs': "module.exports = [require('by-field')(), require('by-condition')(), require('by-field/sub')];",
      ...pkg(
        'by-field',
        { main: 'cjs.js', module: 'esm.mjs' },
        {
          'cjs.js': CJS_COPY,
          'esm.mjs': ESM_COPY,
          'sub.js': "module.exports = 'sub';",
        },
      ),
      ...pkg(
        'by-condition',
        { exports: { '.': { module: './esm.mjs', import: './esm.mjs', require: './cjs.js' } } },
        {
          'cjs.js': CJS_COPY,
          'esm.mjs': ESM_COPY,
        },
      ),
    },
    expected: 'the build that Node requires, the build that Node requires, sub',
  },
  {
    name: 'requires a package that is there twice, in two versions',
    files: {
      'server.ts': serverWith("import one from 'dual';\nimport two from 'user';", "[typeof one, one(), two].join(' ')"),
      ...pkg(
        'dual',
        { main: 'cjs.js', module: 'esm.mjs' },
        { 'cjs.js': "module.exports = () => 'first';", 'esm.mjs': "export default () => 'first';" },
      ),
      ...pkg('user', { main: 'index.js' }, { 'index.js': "module.exports = require('dual')();" }),
      'node_modules/user/node_modules/dual/package.json':
        '{"name":"dual","version":"2.0.0","main":"cjs.js","module":"esm.mjs"}',
      'node_modules/user/node_modules/dual/cjs.js': "module.exports = () => 'second';",
      'node_modules/user/node_modules/dual/esm.mjs': "export default () => 'second';",
    },
    expected: 'function first second',
  },
  {
    name: 'names a tool after a function and an error after its class',
    files: {
      'server.ts': serverWith(
        `class AppError extends Error { constructor() { super('x'); this.name = this.constructor.name; } }
         class OrderNotFound extends AppError {}
         async function listOrders() {}`,
        'listOrders.name + new OrderNotFound().name',
      ),
    },
    expected: 'listOrdersOrderNotFound',
  },
  {
    name: 'has dependencies with imports that nobody installed',
    files: {
      'server.ts': serverWith(
        "import { lazy, tried } from 'optional';",
        "[await lazy().catch((e) => e.code + e.message.includes('gone-static')), await tried(), (await import('optional')).required()].join(' ')",
      ).replace('async () => ({', 'async () => ({'),
      ...pkg(
        'optional',
        { type: 'module', main: 'index.js' },
        {
          'index.js': `export const lazy = () => import('./lazy.js');
          export const tried = () => import('gone-dynamic').then(() => 'there', () => 'absent');
          export const required = () => { try { return require('gone-required'); } catch (e) { return e.code; } };`,
          'lazy.js':
            "import { gone } from 'gone-static';\nimport sub from 'gone-static/sub';\nexport const use = () => gone(sub);",
        },
      ),
    },
    expected: 'ERR_MODULE_NOT_FOUNDtrue absent MODULE_NOT_FOUND',
  },
  {
    name: 'imports a package and a module of its own when a tool is called',
    files: {
      'server.ts': `
        import { McpServer } from '@modelcontextprotocol/server';
        import { createLambdaHandler } from 'lambda-mcp/server';
        import * as z from 'zod';
        export const handler = createLambdaHandler(() => {
          const server = new McpServer({ name: 'tools', version: '1.0.0' });
          server.registerTool('t', { inputSchema: z.object({}) }, async () => {
            const { object } = await import('zod');
            const { later } = await import('./later.js');
            return { content: [{ type: 'text', text: String(object({}).safeParse({}).success) + later }] };
          });
          return server;
        });`,
      'later.ts': "import * as z from 'zod'; export const later = z.string().parse(' later');",
    },
    expected: 'true later',
  },
  {
    name: 'depends on a package that imports another when it is asked',
    files: {
      'server.ts': serverWith(
        "import { check } from 'lazy'; import * as z from 'zod';",
        'z.string() && (await check())',
      ),
      ...pkg(
        'lazy',
        { type: 'module', main: 'lazy.js' },
        {
          'lazy.js': "export const check = async () => (await import('zod')).object({}).safeParse({}).success;",
        },
      ),
    },
    expected: 'true',
  },
  {
    name: 'awaits at its top, with a hashbang',
    files: { 'server.ts': `#!/usr/bin/env node\n${serverWith('const x = await Promise.resolve(9);', 'x')}` },
    expected: '9',
  },
  { name: 'has no "type" in package.json', files: { 'server.ts': serverWith('', '8') }, manifest: {}, expected: '8' },
  {
    name: 'is of a package of "type": "commonjs", and says __dirname',
    files: { 'server.ts': serverWith('', 'typeof __dirname') },
    manifest: { type: 'commonjs' },
    expected: 'string',
  },
  { name: 'is a .tsx file', entry: 'server.tsx', files: { 'server.tsx': serverWith('', '10') }, expected: '10' },
  { name: 'is a .mts file', entry: 'server.mts', files: { 'server.mts': serverWith('', '12') }, expected: '12' },
  { name: 'is a .js file', entry: 'server.js', files: { 'server.js': serverWith('', '11') }, expected: '11' },
  { name: 'is a .cts file', entry: 'server.cts', files: { 'server.cts': COMMONJS_SERVER }, expected: 'functionstring' },
  {
    name: 'is CommonJS in a .js file',
    entry: 'server.js',
    files: { 'server.js': COMMONJS_SERVER },
    manifest: {},
    expected: 'functionstring',
  },
  {
    name: 'lies in a folder whose name has a space and a quote',
    entry: "it's my folder/server.ts",
    files: {
      "it's my folder/server.ts": serverWith(
        "import { readFileSync } from 'node:fs';",
        "readFileSync(new URL('./a b.txt', import.meta.url), 'utf8')",
      ),
      "it's my folder/a b.txt": 'spaced',
    },
    expected: 'spaced',
  },
  {
    name: 'wraps its handler, and marks the wrapper',
    files: {
      'server.ts': serverWith(
        'let seen = 0;',
        'seen',
        'export const handler = (globalThis as any).awslambda.streamifyResponse(async (event: any, stream: any, context: any) => { seen += 1; await made(event, stream, context); });',
      ),
    },
    expected: '1',
  },
];

/** Writes a server into a project of its own. @returns the path of its entry */
export function writeServer({
  files,
  entry = 'server.ts',
  manifest = { type: 'module' },
}: Omit<ServerWay, 'name' | 'expected'>): string {
  const folder = newPath();
  for (const [path, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  symlinkSync(ROOT, join(modules, 'lambda-mcp'));
  for (const name of ['@modelcontextprotocol', 'zod']) {
    if (!existsSync(join(modules, name))) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  cpSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
  return join(folder, entry);
}
