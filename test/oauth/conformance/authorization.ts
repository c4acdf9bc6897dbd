import { McpServer } from '@modelcontextprotocol/server';
import { serve } from 'lambda-mcp/http';
import { cognito } from 'lambda-mcp/oauth';
import { createLambdaHandler } from 'lambda-mcp/server';
import { freePort } from '../../../cli/dev/pool-variables.ts';
import { startAuthorizationServer } from '../../../local/authorization-server/start.ts';
import { runAuthorizationServer } from '../../conformance/suite.ts';
import { signIn } from '../../support/sign-in.ts';
import { judge, SUITE, type Verdict } from './run-legs.ts';

/**
 * The suite's own run of an authorization server: of the local pool as Cognito is, and of the same pool with a server's
 * `metadataFront` before it.
 */
export async function runAuthorization(): Promise<{ readonly name: string; readonly verdicts: readonly Verdict[] }[]> {
  const port = await freePort();
  const callbackUrls = [`http://127.0.0.1:${port}/callback`];
  const pool = await startAuthorizationServer({ scopes: ['tools/call'], callbackUrls });
  const serverPort = await freePort();
  const resource = `http://127.0.0.1:${serverPort}/`;
  const { issuer, domain, clients, users } = pool;
  const handler = createLambdaHandler(() => new McpServer({ name: 'front', version: '1.0.0' }), {
    auth: cognito({ issuer, domain, resource, metadataFront: true }),
    logger: () => {},
  });
  const server = await serve(handler, { port: serverPort, handleSignals: false });
  try {
    const results: { name: string; verdicts: Verdict[] }[] = [];
    for (const [name, client, url] of [
      ['the local pool, as Cognito is', 'pool', issuer],
      ['the pool behind metadataFront', 'front', new URL(resource).origin],
    ] as const) {
      const args = [
        '--url',
        url,
        '--client-id',
        clients.people.clientId,
        '--resource',
        resource,
        '--port',
        String(port),
      ];
      const checks = await runAuthorizationServer(SUITE, args, async (page) => {
        await fetch(await signIn(page, users[0] as { username: string; password: string }));
      });
      const verdicts = [...checks].map(([scenario, found]) => judge(client, scenario, true, found));
      results.push({ name, verdicts });
    }
    return results;
  } finally {
    await server.close();
    await pool.close();
  }
}
