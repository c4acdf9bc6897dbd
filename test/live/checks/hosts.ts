import { setTimeout as sleep } from 'node:timers/promises';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { Client } from '@modelcontextprotocol/client';
import { awsFetch } from 'lambda-mcp/fetch';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import type { HostsOutput } from '../hosts-stack.ts';
import type { AskedCheck, Check } from '../target.ts';

type HostCheck = Omit<AskedCheck, 'see'> & { see(hosts: HostsOutput): Promise<unknown> };

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A client of 2026-07-28, and what it sees of the server. */
async function connected(target: string): Promise<unknown> {
  const client = new Client({ name: 'live', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new SigV4ClientTransport(target));
  try {
    const ask = async (name: string) => textOf((await client.callTool({ name })).content);
    const processes = new Set([await ask('process'), await ask('process'), await ask('process')]);
    return {
      protocol: client.getNegotiatedProtocolVersion(),
      caller: await ask('whoami'),
      processes: processes.size,
    };
  } finally {
    await client.close();
  }
}

/** A call, without a client around it. */
function call(reach: typeof fetch, target: string, name: string, id: string, signal?: AbortSignal): Promise<Response> {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { id } } };
  // To an agent runtime every request goes, whatever its URL is.
  const url = target.includes('://') ? target : 'https://runtime/';
  return reach(url, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(message),
    ...(signal && { signal }),
  });
}

/** What becomes of a call whose client leaves. */
async function left(target: string): Promise<string> {
  const reach = awsFetch(target);
  const id = crypto.randomUUID();
  const leaving = new AbortController();
  const waiting = call(reach, target, 'wait', id, leaving.signal)
    .then((response) => response.text())
    .catch(() => '');
  const state = async () => /waits|stopped|unknown/.exec(await (await call(reach, target, 'state', id)).text())?.[0];
  for (let tries = 0; tries < 20 && (await state()) !== 'waits'; tries += 1) await sleep(500);
  leaving.abort();
  await waiting;
  for (let tries = 0; tries < 20 && (await state()) !== 'stopped'; tries += 1) await sleep(500);
  return (await state()) ?? 'no answer';
}

async function refusal(target: string, { nobody, region }: HostsOutput): Promise<unknown> {
  const params = { RoleArn: nobody, RoleSessionName: 'live' };
  const credentials = fromTemporaryCredentials({ params, clientConfig: { region } });
  const response = await call(awsFetch(target, { credentials }), target, 'whoami', '');
  return { status: response.status, type: response.headers.get('x-amzn-errortype')?.split(':')[0] };
}

const served = { protocol: '2026-07-28', caller: 'unverified', processes: 1 };
const refused = { status: 403, type: 'AccessDeniedException' };

const ASKED: readonly HostCheck[] = [
  {
    what: 'An agent runtime serves 2026-07-28 by its ARN, so that Mcp-Method and Mcp-Name arrive, in one microVM, and learns of no caller',
    sure: 'open',
    expected: served,
    see: ({ runtimeArn }) => connected(runtimeArn),
  },
  {
    what: 'An agent runtime refuses who has no permission',
    sure: 'doc',
    expected: refused,
    see: (hosts) => refusal(hosts.runtimeArn, hosts),
  },
  {
    what: 'A client that leaves stops its call in an agent runtime',
    sure: 'open',
    expected: 'stopped',
    see: ({ runtimeArn }) => left(runtimeArn),
  },
  {
    what: 'A Web Function is signed for lambda, serves 2026-07-28, and learns of no caller',
    sure: 'open',
    expected: served,
    see: ({ webFunctionUrl }) => connected(webFunctionUrl),
  },
  {
    what: 'A Web Function refuses who has no permission',
    sure: 'open',
    expected: refused,
    see: (hosts) => refusal(hosts.webFunctionUrl, hosts),
  },
  {
    what: 'A client that leaves stops its call in a Web Function',
    sure: 'doc',
    expected: 'stopped',
    see: ({ webFunctionUrl }) => left(webFunctionUrl),
  },
  {
    what: 'A Web Function takes a request that is larger than a function URL takes, for the server to refuse (413)',
    sure: 'open',
    expected: 413,
    see: async ({ webFunctionUrl }) =>
      (await call(awsFetch(webFunctionUrl), webFunctionUrl, 'length', 'x'.repeat(7 * 2 ** 20))).status,
  },
];

const UNASKED: readonly Check[] = [
  {
    what: 'A session of an agent runtime that has ended is answered 404',
    sure: 'report',
    unasked: 'a session lives for 15 minutes at least, 8 hours at most',
  },
  {
    what: 'CloudWatch makes metrics of the log line in an agent runtime’s log group',
    sure: 'open',
    unasked: 'metrics take minutes to appear: look for the namespace LambdaMcp',
  },
];

/** @param hosts undefined where they are not deployed */
export function hostChecks(hosts: HostsOutput | undefined): readonly Check[] {
  const unasked = 'the hosts’ stack is not deployed: see docs/deploy.md, “See for yourself”';
  const asked = ASKED.map(({ see, what, sure, expected }): Check => {
    return hosts ? { what, sure, expected, see: () => see(hosts) } : { what, sure, unasked };
  });
  return [...asked, ...UNASKED];
}

function textOf(content: readonly { type: string; text?: string }[] | undefined): string {
  return content?.[0]?.text ?? '';
}
