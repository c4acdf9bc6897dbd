/** What every server on the SDK's line v2 imports, and nothing else. */
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';

export const handler = [createMcpHandler, McpServer];
