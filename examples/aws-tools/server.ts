import { createLambdaHandler } from 'lambda-mcp/server';
import { makeServer } from './make-server.ts';

export const handler = createLambdaHandler(makeServer);
