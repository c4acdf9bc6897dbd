import { createRequire } from 'node:module';

/** This package's version. */
export function version(): string {
  return createRequire(import.meta.url)('lambda-mcp/package.json').version;
}

export function printVersion(): void {
  process.stdout.write(`${version()}\n`);
}
