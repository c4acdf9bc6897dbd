import type { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import type { Handler } from '../server/function-url.ts';
import { bareHandler } from '../server/handlers/bare-sdk.ts';

/** A way to run a server inside a function. */
export interface InFunction {
  readonly name: string;
  readonly role: 'ours' | 'floor';
  readonly makeHandler: (makeServer: () => McpServer) => Handler;
}

export const IN_FUNCTION: readonly InFunction[] = [
  { name: 'lambda-mcp/server', role: 'ours', makeHandler: (makeServer) => createLambdaHandler(makeServer) },
  { name: "the SDK's bare handler", role: 'floor', makeHandler: bareHandler },
];
