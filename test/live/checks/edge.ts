import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../target.ts';

/** `https://HOST/mcp`: a server with sessions behind an `McpEdge`, which the suite does not deploy by itself. */
const url = process.env.LAMBDA_MCP_LIVE_EDGE;
/** A token that this server takes. */
const token = process.env.LAMBDA_MCP_LIVE_TOKEN;
/** Its function URL, or the stage of its REST API. */
const around = process.env.LAMBDA_MCP_LIVE_AROUND;

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function post(to: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(to, { method: 'POST', headers: { ...HEADERS, ...headers }, body: JSON.stringify(body) });
}

const ping = (params: object = {}) => ({ jsonrpc: '2.0', id: 1, method: 'ping', params });

/** What a web application's firewall refuses, and a tool may be given. */
const SUSPECT = `<script>alert(1)</script> ../../etc/passwd http://169.254.169.254/ \${jndi:ldap://x} ${'long '.repeat(4000)}`;

/** Longer than the load balancer and CloudFront stand silence. */
const SILENCE = 150_000;

type Asked = Extract<Check, { readonly expected: unknown }>;

/** A check that needs more than the suite's own stack. */
function needing(variable: string, value: string | undefined, check: Asked): Check {
  if (value !== undefined) return { ...check, awsOnly: 'There is no CloudFront in the local Lambda.' };
  return { what: check.what, sure: check.sure, unasked: `${variable} is not set: see test/live/checks/edge.ts.` };
}

export const edgeChecks: readonly Check[] = [
  needing('LAMBDA_MCP_LIVE_EDGE', url, {
    what: 'Who has no token is answered 401 by the server, and told where to sign in at the well-known place',
    sure: 'doc',
    expected: { status: 401, resource: url },
    async see() {
      const { status } = await post(url as string, ping());
      const { origin, pathname } = new URL(url as string);
      const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`);
      return { status, resource: ((await metadata.json()) as { resource: string }).resource };
    },
  }),
  needing('LAMBDA_MCP_LIVE_EDGE', url, {
    what: 'AWS’s rules refuse no body, whatever is in it, and no request for its User-Agent: the server answers',
    sure: 'doc',
    expected: { suspect: 401, nameless: 401 },
    async see() {
      const suspect = await post(url as string, ping({ text: SUSPECT }));
      const nameless = await post(url as string, ping(), { 'user-agent': '' });
      return { suspect: suspect.status, nameless: nameless.status };
    },
  }),
  needing('LAMBDA_MCP_LIVE_AROUND', around, {
    what: 'A request around CloudFront is answered 403',
    sure: 'open',
    expected: 403,
    see: async () => (await post(around as string, ping())).status,
  }),
  needing('LAMBDA_MCP_LIVE_TOKEN', url && token, {
    what: 'A session’s stream in which nothing is said for 150 s stays open, and its comments arrive as they are sent',
    sure: 'open',
    expected: { open: true, arrivedInTime: true },
    async see() {
      const authorization = `Bearer ${token}`;
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'live', version: '1.0.0' },
      };
      const begun = await post(url as string, { ...ping(params), method: 'initialize' }, { authorization });
      const session = begun.headers.get('mcp-session-id');
      if (session === null) throw new Error(`The server begins no session: ${begun.status}.`);
      const leaving = new AbortController();
      const headers = { authorization, accept: 'text/event-stream', 'mcp-session-id': session };
      const stream = await fetch(url as string, { headers, signal: leaving.signal });
      const arrivals: number[] = [performance.now()];
      let open = stream.status === 200;
      const reading = (async () => {
        for await (const _chunk of stream.body ?? []) arrivals.push(performance.now());
        open = false;
      })().catch(() => {
        open &&= leaving.signal.aborted;
      });
      await sleep(SILENCE);
      const seenOpen = open;
      leaving.abort();
      await reading;
      const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] as number));
      return { open: seenOpen, arrivedInTime: arrivals.length > 5 && Math.max(...gaps) < 30_000 };
    },
  }),
];
