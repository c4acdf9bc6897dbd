import {
  LambdaFunctionClientTransport,
  StreamableHTTPClientWithSigV4Transport,
} from '@aws/run-mcp-servers-with-aws-lambda';
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import { AwsClient } from 'aws4fetch';
import * as v2 from 'lambda-mcp/transport';
import * as v1 from 'lambda-mcp/transport/v1';
import type { AwsCredentials, HostAddress } from './start-host.ts';

/** A client of `@modelcontextprotocol/client` in either era of the protocol, or one of `@modelcontextprotocol/sdk`. */
export type Line = 'v2, 2026-07-28' | 'v2, 2025-11-25' | 'v1, 2025-11-25';

/** How a client reaches a server: our transports, awslabs', the SDK's with a signing `fetch`, the SDK's as it is. */
export type Way = 'SigV4' | 'Invoke' | 'awslabs SigV4' | 'awslabs Invoke' | 'aws4fetch' | 'plain';

export interface ConnectedClient {
  /** The text of the result. */
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<string>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void;
  /** Milliseconds. */
  readonly timeout?: number;
}

interface ToolResult {
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

const INFO = { name: 'bench', version: '1.0.0' };

export async function connect(line: Line, way: Way, to: HostAddress): Promise<ConnectedClient> {
  if (line === 'v1, 2025-11-25') {
    const client = new ClientV1(INFO);
    await client.connect(transportV1(way, to) as TransportV1);
    return {
      call: async (name, args, options) =>
        textOf((await client.callTool({ name, arguments: args }, undefined, options)) as ToolResult),
      close: () => client.close(),
    };
  }
  const mode = line === 'v2, 2026-07-28' ? 'auto' : 'legacy';
  const client = new ClientV2(INFO, { versionNegotiation: { mode } });
  await client.connect(transportV2(way, to));
  return {
    call: async (name, args, options) =>
      textOf((await client.callTool({ name, arguments: args }, options)) as ToolResult),
    close: () => client.close(),
  };
}

function transportV2(way: Way, to: HostAddress) {
  if (way === 'SigV4') return new v2.SigV4ClientTransport(to.url, ours(to));
  if (way === 'Invoke') return new v2.LambdaInvokeClientTransport(to.functionArn, ours(to));
  if (way === 'aws4fetch') return new StreamableHTTPClientTransport(new URL(to.url), { fetch: signingFetch(to) });
  if (way === 'plain') return new StreamableHTTPClientTransport(new URL(to.url));
  throw new Error(`${way} is for @modelcontextprotocol/sdk only.`);
}

function transportV1(way: Way, to: HostAddress) {
  if (way === 'SigV4') return new v1.SigV4ClientTransport(to.url, ours(to));
  if (way === 'Invoke') return new v1.LambdaInvokeClientTransport(to.functionArn, ours(to));
  if (way === 'aws4fetch') return new StreamableHTTPClientTransportV1(new URL(to.url), { fetch: signingFetch(to) });
  if (way === 'plain') return new StreamableHTTPClientTransportV1(new URL(to.url));
  if (way === 'awslabs Invoke') return awslabsInvoke(to);
  return awslabsSigV4(to);
}

const NOBODY: AwsCredentials = { accessKeyId: '', secretAccessKey: '' };

function ours({ region, endpoint, credentials = NOBODY }: HostAddress) {
  return { region, endpoint, credentials };
}

export function signingFetch({ region, credentials = NOBODY }: HostAddress): typeof fetch {
  const client = new AwsClient({ ...credentials, region, service: 'lambda', retries: 0 });
  return (input, init) => client.fetch(input as string, init);
}

/** It signs the host without its port, so that a local Lambda refuses it: here the host's name is said to have the port. */
function awslabsSigV4({ url, region, credentials = NOBODY }: HostAddress) {
  const withPort = Object.defineProperty(new URL(url), 'hostname', { value: new URL(url).host });
  return new StreamableHTTPClientWithSigV4Transport(withPort, { service: 'lambda', region, credentials });
}

/** It takes endpoint and credentials from the environment only. */
function awslabsInvoke({ functionArn, region, endpoint, credentials = NOBODY }: HostAddress) {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
  return new LambdaFunctionClientTransport({ functionName: functionArn, regionName: region });
}

function textOf({ isError, content = [] }: ToolResult): string {
  const text = content.map((part) => part.text ?? '').join('');
  if (isError) throw new Error(`The tool failed: ${text}`);
  return text;
}
