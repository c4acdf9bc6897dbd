import { fileURLToPath } from 'node:url';
import { createLambdaHandler } from 'lambda-mcp/server/stdio';

/** The everything-server, spoken to over stdio. */
export const handler = createLambdaHandler({
  command: 'node',
  args: [fileURLToPath(new URL('everything-stdio.ts', import.meta.url))],
  // The suite is one caller, of whom the Invoke API does not tell.
  isolation: 'shared',
});
