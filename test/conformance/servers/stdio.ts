import { createLambdaHandler } from 'lambda-mcp/server/stdio';

/** The everything-server, spoken to over stdio. It stays where it is when this file is bundled. */
export const handler = createLambdaHandler({
  command: 'node',
  args: [process.env.EVERYTHING_STDIO as string],
  // The suite is one caller, of whom the Invoke API does not tell.
  isolation: 'shared',
});
