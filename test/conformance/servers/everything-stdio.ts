/** The everything-server of `@modelcontextprotocol/sdk` as a stdio server. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { makeEverythingServer } from './v1.ts';

await makeEverythingServer().connect(new StdioServerTransport());
