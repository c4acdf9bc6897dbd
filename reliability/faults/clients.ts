import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { AwsFetchOptions } from 'lambda-mcp/fetch';
import * as v2 from 'lambda-mcp/transport';
import * as v1 from 'lambda-mcp/transport/v1';

export type Way = 'SigV4' | 'Invoke';
export type Line = 'v1' | 'v2, 2025' | 'v2, 2026';
export const WAYS: readonly Way[] = ['SigV4', 'Invoke'];
export const LINES: readonly Line[] = ['v1', 'v2, 2025', 'v2, 2026'];

export interface Destination {
  readonly functionUrl: string;
  readonly lambdaEndpoint: string;
  readonly functionArn: string;
  readonly region: string;
}

export interface ConnectedClient {
  listTools(): Promise<string[]>;
  /** The text of the result. */
  callTool(name: string, args: Record<string, unknown>, onprogress?: () => void): Promise<string>;
  close(): Promise<void>;
}

type Options = AwsFetchOptions & { readonly requestInit?: RequestInit };
interface ToolResult {
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

/** A connected client of a line, by that line's own transport class. */
export async function connect(line: Line, way: Way, to: Destination, given: Options): Promise<ConnectedClient> {
  const options = { region: to.region, endpoint: to.lambdaEndpoint, ...given };
  const info = { name: 'reliability', version: '1.0.0' };
  const { SigV4ClientTransport, LambdaInvokeClientTransport } = line === 'v1' ? v1 : v2;
  const transport =
    way === 'SigV4'
      ? new SigV4ClientTransport(to.functionUrl, options)
      : new LambdaInvokeClientTransport(to.functionArn, options);
  if (line === 'v1') {
    const client = new ClientV1(info);
    await client.connect(transport as TransportV1);
    return {
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name, args, onprogress) =>
        textOf((await client.callTool({ name, arguments: args }, undefined, toOptions(onprogress))) as ToolResult),
      close: () => client.close(),
    };
  }
  const client = new ClientV2(info, { versionNegotiation: { mode: line === 'v2, 2026' ? 'auto' : 'legacy' } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args, onprogress) =>
      textOf((await client.callTool({ name, arguments: args }, toOptions(onprogress))) as ToolResult),
    close: () => client.close(),
  };
}

function toOptions(onprogress: (() => void) | undefined) {
  return onprogress && { onprogress };
}

function textOf({ isError, content = [] }: ToolResult): string {
  const text = content.map((part) => part.text ?? '').join('');
  if (isError) throw new Error(`the tool failed: ${text}`);
  return text;
}
