import { createLambdaHandler } from 'lambda-mcp/server/stdio';

/** A program of the image. Elsewhere `SERVER` names one, to try the handler without the image. */
export const handler = createLambdaHandler({
  command: process.env.SERVER ?? '/opt/server/venv/bin/mcp-server-time',
  // In Lambda nothing else can be written to.
  env: { HOME: '/tmp' },
});
