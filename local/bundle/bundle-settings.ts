import type { BuildOptions } from 'esbuild';

/**
 * What a CommonJS dependency expects to find, which an ES module lacks. Set on `globalThis`, since a declaration would
 * collide with a server's own `const __dirname`.
 */
export const COMMONJS_BANNER = [
  "globalThis.require??=process.getBuiltinModule('module').createRequire(import.meta.url);",
  'globalThis.__filename??=import.meta.filename;',
  'globalThis.__dirname??=import.meta.dirname;',
].join('');

/** The bundle's file name: Lambda finds the handler `index.handler` in it. */
export const BUNDLE_FILE = 'index.mjs';

/**
 * How esbuild makes one ES module of a server, wherever it is to run: `McpFunction` hands this to CDK, the local Lambda
 * and `dev` to esbuild itself. None of it is a plugin, since CDK takes none.
 */
export const bundleSettings = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  /** A tool named after its function, or an error after its class, keeps its name: 7 % of the bundle. */
  keepNames: true,
  /** esbuild drops unused code from a package's `module` build only. What is `require`d is resolved as Node does it. */
  mainFields: ['module', 'main'],
  /** A native addon lies beside the bundle. */
  loader: { '.node': 'copy' },
  banner: { js: COMMONJS_BANNER },
} as const satisfies BuildOptions;
