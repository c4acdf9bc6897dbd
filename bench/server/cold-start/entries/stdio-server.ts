/** The server that awslabs' adapter starts for each request. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { INFO, withTools } from '../with-tools.ts';

await withTools(new McpServer(INFO)).connect(new StdioServerTransport());
