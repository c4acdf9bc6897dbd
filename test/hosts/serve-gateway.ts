import { fileURLToPath } from 'node:url';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { startGateway } from '../support/gateway.ts';
import { mcpServerTarget } from '../support/gateway-targets.ts';
import { urlPermissions } from '../support/lambda.ts';
import type { ServedFile } from './serve-node.ts';

/** The target's name, which its tools have in front of them. */
const TARGET = 'everything';
export const GATEWAY_PREFIX = `${TARGET}___`;

/** A function behind a gateway's double, which lets anybody in. */
export async function serveThroughGateway(line: 'v1' | 'v2'): Promise<ServedFile> {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`../fixtures/gateway/everything-${line}.ts`, import.meta.url)),
    principals: [{ name: 'gateway' }],
    permissions: urlPermissions('gateway'),
    environment: { REQUEST_STATE_KEY: crypto.randomUUID() },
  });
  const role = lambda.principals[0] as LocalPrincipal;
  const target = await mcpServerTarget(lambda.functionUrl, { name: TARGET, role, region: lambda.region });
  const gateway = await startGateway([target], { open: true });
  return {
    url: `${gateway.origin}/mcp`,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await lambda.close();
    },
  };
}
