import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal } from 'lambda-mcp/local';

export interface GatewayToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

/** A call of a target's tool, as the gateway was sent it. */
export interface GatewayCall {
  /** Without the target's name. */
  readonly tool: string;
  /** With it. */
  readonly fullName: string;
  readonly message: { readonly id: unknown; readonly params: { readonly name: string; readonly arguments?: unknown } };
  readonly headers: Readonly<Record<string, string>>;
}

export interface GatewayTarget {
  readonly name: string;
  /** What `tools/list` shows of it. */
  readonly tools: readonly GatewayToolDefinition[];
  call(call: GatewayCall): Promise<Response>;
}

interface TargetOptions {
  readonly name: string;
  /** The gateway's role. */
  readonly role: LocalPrincipal;
  readonly region: string;
  readonly allowedRequestHeaders?: readonly string[];
}

/** Of a request, what reaches an MCP server behind the gateway. */
const PASSED = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-method'];

/**
 * A server behind a function URL, whose tools are read at once.
 *
 * @throws Error when a schema refers to something
 */
export async function mcpServerTarget(url: string, options: TargetOptions): Promise<GatewayTarget> {
  const { name, role, region, allowedRequestHeaders = [] } = options;
  const fetch = sigv4Fetch({ credentials: role, region, service: 'lambda', retry: { attempts: 1 } });
  const client = new Client({ name: 'gateway', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch }));
  const { tools } = await client.listTools();
  await client.close();
  for (const tool of tools) {
    const found = /"(\$ref|\$defs|\$anchor|\$dynamicRef)":/.exec(JSON.stringify([tool.inputSchema, tool.outputSchema]));
    if (found) throw new Error(`SYNCHRONIZE_UNSUCCESSFUL: the tool ${tool.name} has a schema with ${found[1]}.`);
  }
  return {
    name,
    tools: tools as never,
    call: ({ tool, message, headers }) => {
      const passed = [...PASSED, ...allowedRequestHeaders].filter((header) => headers[header] !== undefined);
      return fetch(url, {
        method: 'POST',
        headers: {
          ...Object.fromEntries(passed.map((header) => [header, headers[header] ?? ''])),
          ...(headers['mcp-name'] !== undefined && { 'mcp-name': tool }),
        },
        body: JSON.stringify({ ...message, params: { ...message.params, name: tool } }),
      });
    },
  };
}

/** A function that is invoked for each call, whose tools were declared. */
export function lambdaTarget(
  { endpoint, functionName }: { readonly endpoint: string; readonly functionName: string },
  tools: readonly GatewayToolDefinition[],
  { name, role, region, allowedRequestHeaders = [] }: TargetOptions,
  key: 'custom' | 'Custom' = 'custom',
): GatewayTarget {
  const client = new LambdaClient({ endpoint, region, credentials: role, maxAttempts: 1 });
  return {
    name,
    tools,
    async call({ fullName, message, headers }) {
      const passed = allowedRequestHeaders.flatMap((header) => (headers[header] ? [[header, headers[header]]] : []));
      const custom = {
        bedrockAgentCoreMessageVersion: '1.0',
        bedrockAgentCoreAwsRequestId: crypto.randomUUID(),
        bedrockAgentCoreMcpMessageId: String(message.id),
        bedrockAgentCoreGatewayId: 'gateway-1',
        bedrockAgentCoreTargetId: 'TARGET1',
        bedrockAgentCoreToolName: fullName,
        ...(passed.length > 0 && {
          bedrockAgentCorePropagatedHeaders:
            key === 'custom' ? Object.fromEntries(passed) : JSON.stringify(Object.fromEntries(passed)),
        }),
      };
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          Payload: JSON.stringify(message.params.arguments ?? {}),
          ClientContext: Buffer.from(JSON.stringify({ [key]: custom })).toString('base64'),
        }),
      );
      const text = FunctionError
        ? 'An internal error occurred. Please retry later.'
        : Buffer.from(Payload ?? []).toString();
      const result = { content: [{ type: 'text', text }], isError: FunctionError !== undefined };
      return Response.json({
        jsonrpc: '2.0',
        id: message.id,
        result: { ...result, ...('mcp-method' in headers && { resultType: 'complete' }) },
      });
    },
  };
}
