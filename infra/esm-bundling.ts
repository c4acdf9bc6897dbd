import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * What a CommonJS dependency expects to find, which an ES module lacks. Set on `globalThis`, since a declaration would
 * collide with a server's own `const __dirname`.
 */
const COMMONJS_BANNER = [
  "globalThis.require??=process.getBuiltinModule('module').createRequire(import.meta.url);",
  'globalThis.__filename??=import.meta.filename;',
  'globalThis.__dirname??=import.meta.dirname;',
].join('');

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
    minify: overrides.minify ?? true,
    // The runtime's own AWS SDK changes under a deployed function, and a bundled one starts faster.
    bundleAwsSDK: overrides.bundleAwsSDK ?? true,
    // esbuild drops unused code from a package's `module` build only.
    mainFields: overrides.mainFields ?? ['module', 'main'],
  };
  if (options.format !== OutputFormat.ESM) return options;
  return { ...options, banner: `${COMMONJS_BANNER}${overrides.banner ?? ''}` };
}
