/** The same server over stdio, as awslabs' adapter starts it. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { makeServerV1 } from '../mcp-servers.ts';
import { makeTools } from '../tools.ts';

await makeServerV1(makeTools).connect(new StdioServerTransport());
