import { createLambdaHandler } from 'lambda-mcp/server';
import { makeServer } from './make-server.ts';

/** Behind a function URL, which the gateway calls. `GATEWAY_ROLE` is the pattern of its role's ARN. */
export const handler = createLambdaHandler(makeServer, {
  dereference: true,
  delegates: { roles: [process.env.GATEWAY_ROLE ?? 'arn:aws:iam::*:role/nobody'], header: 'x-end-user' },
});
