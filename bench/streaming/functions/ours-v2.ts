import { createLambdaHandler } from 'lambda-mcp/server';
import { createServer } from '../server-v2.ts';

export const handler = createLambdaHandler(createServer);
