import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../server-v1.ts';

await createServer().connect(new StdioServerTransport());
