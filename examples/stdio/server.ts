import { fileURLToPath } from 'node:url';
import { createLambdaHandler } from 'lambda-mcp/server/stdio';

/** Somebody else's stdio server as it is. `app.ts` deploys the same without this file. */
export const handler = createLambdaHandler({
  command: 'node',
  args: [fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))],
});
