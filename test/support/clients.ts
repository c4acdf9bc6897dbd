import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { AwsFetchOptions } from 'lambda-mcp/fetch';
import type { LocalLambda } from 'lambda-mcp/local';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import {
  LambdaInvokeClientTransport as LambdaInvokeClientTransportV1,
  SigV4ClientTransport as SigV4ClientTransportV1,
} from 'lambda-mcp/transport/v1';

export type Way = 'SigV4' | 'Invoke';
export type Line = 'v1' | 'v2, 2025' | 'v2, 2026';

export const WAYS: readonly Way[] = ['SigV4', 'Invoke'];
export const LINES: readonly Line[] = ['v1', 'v2, 2025', 'v2, 2026'];

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number }) => void;
}

/** As much of both SDKs' clients as the tests use. */
export interface TestClient {
  readonly protocolVersion: string | undefined;
  toolNames(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  close(): Promise<void>;
}

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
}

interface CallToolResult {
  isError?: boolean;
  content?: { type: string; text?: string }[];
}

type Credentials = NonNullable<AwsFetchOptions['credentials']>;

/** Where a client goes: by SigV4 as `agent`, by Invoke as `admin`. */
export interface Destination extends Pick<LocalLambda, 'functionUrl' | 'functionArn' | 'region' | 'lambdaEndpoint'> {
  readonly agent: Credentials;
  readonly admin: Credentials;
}

/** Beside what the destination says, or in its place. */
export type ClientOptions = AwsFetchOptions & { readonly requestInit?: RequestInit };

/** A connected client of a line, by the transport class of that line. */
export async function connect(line: Line, way: Way, to: Destination, options: ClientOptions = {}): Promise<TestClient> {
  const { functionUrl, functionArn, region, lambdaEndpoint: endpoint } = to;
  const sigv4 = { credentials: to.agent, region, ...options };
  const invoke = { credentials: to.admin, endpoint, ...options };
  if (line === 'v1') {
    const client = new ClientV1({ name: 'test', version: '1.0.0' });
    const transport =
      way === 'SigV4'
        ? new SigV4ClientTransportV1(functionUrl, sigv4)
        : new LambdaInvokeClientTransportV1(functionArn, invoke);
    await client.connect(transport as TransportV1);
    return {
      protocolVersion: transport.protocolVersion,
      toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args, options) =>
        toResult((await client.callTool({ name, arguments: args ?? {} }, undefined, options)) as CallToolResult),
      close: () => client.close(),
    };
  }
  const mode = line === 'v2, 2026' ? 'auto' : 'legacy';
  const client = new ClientV2({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(
    way === 'SigV4'
      ? new SigV4ClientTransport(functionUrl, sigv4)
      : new LambdaInvokeClientTransport(functionArn, invoke),
  );
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args, options) =>
      toResult((await client.callTool({ name, arguments: args ?? {} }, options)) as CallToolResult),
    close: () => client.close(),
  };
}

function toResult({ isError = false, content = [] }: CallToolResult): ToolResult {
  return { isError, text: content.map(({ text }) => text ?? '').join('') };
}
