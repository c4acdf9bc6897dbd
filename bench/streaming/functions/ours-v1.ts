import { createLambdaHandler } from 'lambda-mcp/server/v1';
import { createServer } from '../server-v1.ts';

export const handler = createLambdaHandler(createServer);
