import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport/v1';
import { ACCEPT, CAPABILITIES, CLIENT_INFO, type SuiteClient, type Target } from './suite-client.ts';

/** A connected client of `@modelcontextprotocol/sdk`. */
export async function connectV1(target: Target): Promise<SuiteClient> {
  const client = new Client(CLIENT_INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, () => ({ ...ACCEPT }));
  const transport =
    'url' in target
      ? new SigV4ClientTransport(target.url, target)
      : new LambdaInvokeClientTransport(target.functionArn, target);
  // Its optional callbacks are declared without `| undefined`, which exactOptionalPropertyTypes tells apart.
  await client.connect(transport as Transport);
  return client;
}
