import { McpServer } from '@modelcontextprotocol/server';
import { cognito } from 'lambda-mcp/oauth';
import { createLambdaHandler } from 'lambda-mcp/server';

/** A server that people sign in to, in place of IAM. Which pool they are in, its environment says. */
export const handler = createLambdaHandler(
  ({ authInfo }) => {
    const server = new McpServer({ name: 'signed-in', version: '1.0.0' });
    server.registerTool(
      'whoami',
      { description: 'Tells who signed in.', annotations: { readOnlyHint: true } },
      async () => ({ content: [{ type: 'text', text: `You are ${authInfo?.user ?? 'a machine'}.` }] }),
    );
    return server;
  },
  { auth: cognito({ scopes: ['tools/call'] }) },
);
