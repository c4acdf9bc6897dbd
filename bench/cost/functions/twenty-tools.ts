import { createLambdaHandler } from 'lambda-mcp/server';
import { makeServer } from '../../server/mcp-servers.ts';
import { makeTools } from '../../server/tools.ts';

const tools = makeTools();

export const handler = createLambdaHandler(() => makeServer(() => tools));
