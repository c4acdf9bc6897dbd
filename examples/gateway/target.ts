import { createGatewayTargetHandler } from 'lambda-mcp/server';
import { makeServer } from './make-server.ts';

/** The same tools as a plain Lambda target, which has no URL. */
export const handler = createGatewayTargetHandler(makeServer);
