import type { AuthMethod } from '../auth-method.ts';
import { explainResponse } from '../explain-response.ts';
import { version } from '../version.ts';
import type { AuthTarget } from './auth-target.ts';

/** A request that every server of 2026-07-28 answers, and that runs nothing on any. */
const HARMLESS = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'lambda-mcp', version: version() },
    },
  },
};

/** Sends one request without any credentials. @returns the answer, whatever it is */
export function askWithoutCredentials({ url, withTokens }: Pick<AuthTarget, 'url' | 'withTokens'>): Promise<Response> {
  return withTokens({ token: () => undefined })(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': HARMLESS.method,
    },
    body: JSON.stringify(HARMLESS),
    signal: AbortSignal.timeout(60_000),
  });
}

/**
 * Reads from the answer to a request without credentials what the server asks for. Whoever is let in without any goes on
 * without, and signs in where a later answer asks for it.
 */
export async function detectMethod(
  target: Pick<AuthTarget, 'url' | 'withTokens'>,
): Promise<Exclude<AuthMethod, 'auto'>> {
  const response = await askWithoutCredentials(target);
  const { status, headers } = response;
  if (status === 429 || status >= 500) throw await explainResponse(response);
  await response.body?.cancel().catch(() => {});
  if (status === 403) return 'iam';
  if (status !== 401) return 'oauth';
  const namesMetadata = headers.get('www-authenticate')?.includes('resource_metadata=');
  return process.env.ACCESS_TOKEN && !namesMetadata ? 'token' : 'oauth';
}
