import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../local/temporary-folder.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Writes a server file that runs a stdio server as `lambda-mcp/server/stdio` does, and gives its path.
 *
 * @param variables names of the function's variables that the server sees
 * @param scopes that whoever calls must have signed in with; undefined: nobody signs in
 * @throws {UsageError} when there is no command
 */
export function writeStdioEntry(
  [command, ...args]: readonly string[],
  variables: readonly string[],
  scopes: readonly string[] | undefined,
): string {
  if (command === undefined)
    throw new UsageError('Which command? Write: lambda-mcp dev --stdio -- COMMAND [ARGUMENT…]');
  const env = ['HOME', ...variables].map((name) => `${JSON.stringify(name)}: process.env[${JSON.stringify(name)}]`);
  const entry = join(temporaryFolder().path, 'stdio-server.mjs');
  const own = (subpath: string) => JSON.stringify(fileURLToPath(import.meta.resolve(`lambda-mcp/${subpath}`)));
  const source = `import { createLambdaHandler } from ${own('server/stdio')};
${scopes ? `import { cognito } from ${own('oauth')};\n` : ''}export const handler = createLambdaHandler({
  ...${JSON.stringify({ command, args, cwd: process.cwd() })},
  env: { ${env.join(', ')} },
}${scopes ? `, { auth: cognito({ scopes: ${JSON.stringify(scopes)} }) }` : ''});
`;
  writeFileSync(entry, source);
  return entry;
}

/** What to do about a server file that is a stdio server, and no handler; undefined for any other. */
export function stdioAdvice(entry: string): string | undefined {
  let source: string;
  try {
    source = readFileSync(entry, 'utf8');
  } catch {
    return undefined;
  }
  const isStdio = /\bStdioServerTransport\b|\bserveStdio\b|transportType: *['"]stdio['"]/.test(source);
  if (!isStdio || /\bexports?\b[^;]*\bhandler\b/.test(source)) return undefined;
  return `${entry} exports no handler and looks like a stdio server. Run it so: lambda-mcp dev --stdio -- node ${entry}`;
}
