import { type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';
import { connectMcp, type McpConnection } from './connection.ts';

/** A connection to the MCP server that a target names. */
export function connectTarget(target: string, options: TargetOptions, signal?: AbortSignal): Promise<McpConnection> {
  return connectMcp(targetFetch(target, options), {
    url: targetUrl(target, options),
    timeout: options.timeout,
    ...(signal && { signal }),
  });
}
