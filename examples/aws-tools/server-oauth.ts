import { cognito } from 'lambda-mcp/oauth';
import { createLambdaHandler } from 'lambda-mcp/server';
import { makeServer } from './make-server.ts';

/** For callers who sign in: a file of its own, so that the other one's bundle has nothing of it. */
export const handler = createLambdaHandler(makeServer, { auth: cognito() });
