/**
 * The transports of `@modelcontextprotocol/client`, with the `fetch` of `lambda-mcp/fetch` in them: for a program that wants
 * a transport, not a `fetch`.
 *
 * @see docs/credentials-and-networks.md
 * @module
 */

import { StreamableHTTPClientTransport, type StreamableHTTPClientTransportOptions } from '@modelcontextprotocol/client';
import { type InvokeFetchOptions, invokeFetch } from './invoke-fetch.ts';
import { invokeUrl } from './invoke-url.ts';
import type { RuntimeTargetOptions } from './runtime-target.ts';
import type { SigV4FetchOptions } from './sigv4-fetch.ts';
import { sigv4Target } from './sigv4-target.ts';

/** The stock transport's options, without those that IAM takes the place of, and {@link SigV4FetchOptions}. */
export type SigV4ClientTransportOptions = SigV4FetchOptions &
  Pick<RuntimeTargetOptions, 'qualifier' | 'endpoint'> &
  Omit<StreamableHTTPClientTransportOptions, 'authProvider' | 'fetch'>;

/** The stock transport's options, without those that IAM takes the place of, and {@link InvokeFetchOptions}. */
export interface LambdaInvokeClientTransportOptions
  extends InvokeFetchOptions,
    Omit<StreamableHTTPClientTransportOptions, 'authProvider' | 'fetch'> {
  /**
   * Path of the MCP server, for a function that serves others too.
   * @default '/'
   */
  readonly path?: string | undefined;
}

/** The SDK's Streamable HTTP transport, with every request signed. */
export class SigV4ClientTransport extends StreamableHTTPClientTransport {
  /** @param target URL of the server, or the ARN of an agent runtime of AgentCore or of its endpoint */
  constructor(target: string | URL, options: SigV4ClientTransportOptions = {}) {
    super(...sigv4Target(target, options));
  }
}

/** The SDK's Streamable HTTP transport, carried by the Lambda Invoke API. */
export class LambdaInvokeClientTransport extends StreamableHTTPClientTransport {
  constructor(functionNameOrArn: string, options: LambdaInvokeClientTransportOptions = {}) {
    super(new URL(options.path ?? invokeUrl, invokeUrl), {
      ...options,
      fetch: invokeFetch(functionNameOrArn, options),
    });
  }
}
