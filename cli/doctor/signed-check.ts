import { CommandError, ExitCode } from '../exit-code.ts';
import { connectMcp, type McpConnection } from '../mcp/connection.ts';
import { type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';
import { type Finding, fail, pass } from './finding.ts';
import { actionRefused, invokeRefused, missingPermission } from './missing-permission.ts';
import { type Observation, observing } from './observe.ts';

/** A server that has answered a signed request. */
export interface Served {
  readonly connection: McpConnection;
  readonly reach: typeof fetch;
  readonly url: URL;
  readonly seen: readonly Observation[];
  /** Longest wait for an answer; milliseconds. */
  readonly timeout: number;
}

export interface SignedCheck {
  readonly signed: Finding;
  /** Where the request was let in, and no MCP server answered. */
  readonly protocol?: Finding;
  readonly served?: Served;
}

/** A signed request; and, should it be refused, why. Nothing is sent twice. */
export async function checkSigned(
  target: string,
  options: TargetOptions,
  {
    timeout,
    callerArn,
    functionName,
    action,
  }: {
    timeout: number;
    callerArn?: string | undefined;
    functionName?: string | undefined;
    action?: string | undefined;
  },
): Promise<SignedCheck> {
  const { reach, seen } = observing(targetFetch(target, options, { attempts: 1 }));
  const url = targetUrl(target, options);
  try {
    const connection = await connectMcp(reach, { url, timeout });
    return { signed: pass('signed request', 'served'), served: { connection, reach, url, seen, timeout } };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const last = seen.at(-1);
    if (last && (error.exitCode === ExitCode.failed || isOfServer(last))) {
      const signed = pass('signed request', `not refused (${last.status})`);
      return { signed, protocol: fail('protocol', error.message, undefined, error.exitCode) };
    }
    const noPermission = last?.status === 403 && last.headers.get('x-amzn-errortype')?.startsWith('AccessDenied');
    if (noPermission && action !== undefined) return { signed: actionRefused(action, callerArn, error.message) };
    if (noPermission && target.includes('://')) {
      return { signed: await missingPermission(functionName, callerArn, options) };
    }
    if (noPermission) return { signed: invokeRefused(target, error.message) };
    return { signed: fail('signed request', error.message, undefined, error.exitCode) };
  }
}

/** A server's own word that there is nothing at this path; AWS names the type of its errors. */
function isOfServer({ status, headers }: Observation): boolean {
  return (status === 404 || status === 405) && !headers.has('x-amzn-errortype');
}
