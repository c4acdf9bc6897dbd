import { createServer } from 'node:net';
import type { AuthorizationServer } from '../../local/authorization-server/start.ts';

/** Variables by which a function knows its pool, as McpFunction sets them, and its own URL. */
export function poolVariables({ issuer, domain, clients }: AuthorizationServer, url: string): Record<string, string> {
  return {
    LAMBDA_MCP_AUTH: 'oauth',
    MCP_SERVER_URL: url,
    COGNITO_ISSUER: issuer,
    COGNITO_DOMAIN: domain,
    COGNITO_ALLOWED_CLIENT_IDS: `${clients.people.clientId},${clients.machine.clientId}`,
  };
}

/** A free port of 127.0.0.1: the function's variables hold its URL before it listens. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((fulfil, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => fulfil(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
