import { Client } from '@modelcontextprotocol/client';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import { ACCEPT, CAPABILITIES, CLIENT_INFO, type SuiteClient, type Target } from './suite-client.ts';

/** A connected client of `@modelcontextprotocol/client`. */
export async function connectV2(target: Target, revision: string): Promise<SuiteClient> {
  const mode = revision === '2026-07-28' ? { pin: revision } : 'legacy';
  const client = new Client(CLIENT_INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', () => ({ ...ACCEPT }));
  await client.connect(
    'url' in target
      ? new SigV4ClientTransport(target.url, target)
      : new LambdaInvokeClientTransport(target.functionArn, target),
  );
  return client;
}
