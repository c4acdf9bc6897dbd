import { fileURLToPath } from 'node:url';
import { type CallToolResult, Client } from '@modelcontextprotocol/client';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { permissionStatements } from '../../examples/aws-tools/permissions.ts';
import { toEnvironment } from '../../examples/aws-tools/settings.ts';
import { AwsFault, type Operations, startAwsServices } from './aws-services.ts';
import { ACCOUNT, urlPermissions } from './lambda.ts';

export const LOG_GROUP = '/bedrock/invocations';

export interface AwsToolsOptions {
  /** Actions that the function's role lacks. */
  readonly without?: string;
  readonly regions?: readonly string[];
  readonly logGroups?: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The example's server on the local Lambda, with AWS's services behind it and an MCP client in front. */
export async function startAwsTools(operations: Operations, options: AwsToolsOptions = {}) {
  const { without = '', regions = ['us-east-1'], logGroups = [LOG_GROUP], timeout } = options;
  const bedrockLogs = { logGroups, regions };
  const statements = permissionStatements({ partition: 'aws', account: ACCOUNT, bedrockLogs }).map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== without),
  }));
  const Statement = statements.filter(({ Action }) => Action.length > 0);
  const aws = await startAwsServices({ Version: '2012-10-17', Statement }, operations);
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL('../../examples/aws-tools/server.ts', import.meta.url)),
    environment: { ...aws.environment, ...toEnvironment(bedrockLogs) },
    principals: [{ name: 'agent' }],
    permissions: urlPermissions('agent'),
    ...(timeout !== undefined && { timeout }),
  });
  const client = await connect(lambda);
  return {
    aws,
    client,
    lambda,
    async [Symbol.asyncDispose]() {
      await client.close();
      await lambda.close();
      await aws.close();
    },
  };
}

async function connect({ functionUrl, region, principals }: LocalLambda): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const [credentials] = principals as [LocalPrincipal];
  await client.connect(new SigV4ClientTransport(functionUrl, { credentials, region }));
  return client;
}

export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join();
}

export async function errorOf(client: Client, name: string, args = {}): Promise<string> {
  const result = await client.callTool({ name, arguments: args });
  if (!result.isError || result.structuredContent !== undefined) throw new Error(`${name} did not fail.`);
  return textOf(result);
}

/** An operation that AWS refuses. */
export const fail = (type: string, message: string) => () => {
  throw new AwsFault(type, message);
};
