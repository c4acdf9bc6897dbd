import {
  explainGatewayRefusals,
  gatewayRefusals,
  type ToolWithSchemas,
} from '../../wire/tool-schema/gateway-refusals.ts';
import { explainError } from '../explain-error.ts';
import { parseMessage } from '../mcp/json-rpc.ts';
import { ACCEPTED, readMessages } from '../mcp/read-messages.ts';
import { plainLine } from '../output/display-width.ts';
import { version } from '../version.ts';
import type { Endpoint } from './endpoint.ts';
import { type Finding, fail, pass, unknown, withFacts } from './finding.ts';
import { checkMessageHeaders } from './message-headers-check.ts';
import type { Served } from './signed-check.ts';

/** Says whether the server could prove who called: `verified`, or `unverified`. */
export const CALLER_HEADER = 'lambda-mcp-caller';

const LEGACY_VERSION = '2025-11-25';
const WARM_REQUESTS = 5;
const SHOWN_TOOLS = 6;
const HEADERS_LOST =
  'The headers Mcp-Method and Mcp-Name do not reach the server as they were sent, so that it refuses protocol 2026-07-28.';
const ALLOW_HEADERS =
  'Something on the way drops or rewrites them: let both through, or use clients of the 2025 revisions.';

/**
 * Which protocol revisions the server speaks: the newest, and whether that of 2025's clients too. Through AgentCore, whether
 * its headers arrive too.
 */
export async function checkProtocol(served: Served, { host }: Pick<Endpoint, 'host'>): Promise<Finding> {
  const { connection, reach, url, timeout } = served;
  const { protocolVersion, serverInfo } = connection;
  const who = [serverInfo.name, serverInfo.version].filter(Boolean).join(' ');
  const spoken = new Set([protocolVersion]);
  if (protocolVersion > LEGACY_VERSION) {
    const params = {
      protocolVersion: LEGACY_VERSION,
      capabilities: {},
      clientInfo: { name: 'lambda-mcp', version: version() },
    };
    const legacy = await initialize(reach, url, params, timeout).catch(() => undefined);
    if (legacy) spoken.add(legacy);
  }
  const detail = `${[...spoken].join(' and ')}${who ? `; the server is ${plainLine(who)}` : ''}`;
  const facts = { versions: [...spoken] };
  const headers = host === 'agentcore' ? await checkMessageHeaders(served).catch(() => 'unknown' as const) : 'unknown';
  if (headers === 'are lost') return withFacts(fail('protocol', `${HEADERS_LOST} ${detail}`, ALLOW_HEADERS), facts);
  const told = headers === 'arrive' ? `${detail}; the headers Mcp-Method and Mcp-Name arrive` : detail;
  return withFacts(pass('protocol', told), facts);
}

async function initialize(reach: typeof fetch, url: URL, params: object, timeout: number): Promise<string | undefined> {
  const response = await reach(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPTED },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
    signal: AbortSignal.timeout(timeout),
  });
  if (!response.ok) return undefined;
  for await (const text of readMessages(response, 1)) {
    const { result } = parseMessage(text) ?? {};
    if (typeof result?.protocolVersion === 'string') return result.protocolVersion;
  }
  return undefined;
}

/** What this caller is offered. */
export async function checkTools({ connection }: Served): Promise<Finding> {
  if (!('tools' in connection.capabilities)) return withFacts(pass('tools', 'The server offers none.'), { count: 0 });
  try {
    const tools = await connection.list<ToolWithSchemas>('tools/list', 'tools');
    const names = tools.slice(0, SHOWN_TOOLS).map(({ name }) => plainLine(name));
    const more = tools.length > names.length ? ` and ${tools.length - names.length} more` : '';
    const detail = tools.length === 0 ? 'none for this caller' : `${tools.length}: ${names.join(', ')}${more}`;
    const refusals = gatewayRefusals(tools);
    // Whoever calls the server itself has no need of it.
    return withFacts(pass('tools', detail, plainLine(explainGatewayRefusals(refusals) ?? '')), {
      count: tools.length,
      ...(refusals.length > 0 && { refusedByGateway: [...new Set(refusals.map(({ tool }) => tool))] }),
    });
  } catch (error) {
    return fail('tools', explainError(error).message);
  }
}

/** Whether AWS proved to the server who called; by the header that servers of this package answer with. */
export function checkProof({ seen }: Pick<Served, 'seen'>, { kind, host }: Endpoint): Finding {
  const said = seen.at(-1)?.headers.get(CALLER_HEADER);
  if (said === 'verified') return pass('proof of caller', 'AWS proved to the server who called');
  if (kind === 'function') {
    return unknown(
      'proof of caller',
      'none: to an invoked function AWS does not tell who called',
      'Use the function URL where the server must know.',
    );
  }
  if (host === 'web-function' || host === 'agentcore') {
    const what = host === 'agentcore' ? 'AgentCore' : 'a Lambda Web Function';
    return unknown(
      'proof of caller',
      `none: ${what} does not tell the server which IAM identity called`,
      'Use a function URL where the server must know, or let people sign in (OAuth).',
    );
  }
  if (said !== 'unverified') {
    return unknown('proof of caller', 'The server does not say whether it knows who called.');
  }
  return fail(
    'proof of caller',
    'The server holds its caller for unproven, although the request came through its URL.',
    'The event’s request id was not the invocation’s. Its owner finds in the docs of `callerIdentity` what that means.',
  );
}

/** How long an answer takes: the first, which may have had to start an environment, and then those of a warm one. */
export async function checkLatency(served: Served): Promise<{ finding: Finding; latency?: Latency }> {
  const { connection, seen } = served;
  const first = Math.round(seen[0]?.duration ?? 0);
  const durations: number[] = [];
  try {
    for (let count = 0; count < WARM_REQUESTS; count += 1) {
      const before = seen.length;
      await connection.request(harmlessMethod(served));
      durations.push(seen[before]?.duration ?? 0);
    }
  } catch (error) {
    return { finding: fail('latency', explainError(error).message) };
  }
  durations.sort((a, b) => a - b);
  const median = Math.round(durations[Math.floor(durations.length / 2)] ?? 0);
  const slowest = Math.round(durations.at(-1) ?? 0);
  const detail = `first answer ${first} ms (a cold start, if none was running); then ${median} ms in the middle, ${slowest} ms at most, of ${WARM_REQUESTS}`;
  const latency = { firstMs: first, medianMs: median, slowestMs: slowest };
  return { finding: withFacts(pass('latency', detail), { ...latency }), latency };
}

/** A request that every such server answers: 2026-07-28 has no `ping`. */
function harmlessMethod({ connection: { capabilities, protocolVersion } }: Served): string {
  if ('tools' in capabilities) return 'tools/list';
  return protocolVersion > LEGACY_VERSION ? 'server/discover' : 'ping';
}

/** Milliseconds. */
export interface Latency {
  readonly firstMs: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}
