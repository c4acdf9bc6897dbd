import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  LambdaFunctionClientTransport,
  StreamableHTTPClientWithSigV4Transport,
} from '@aws/run-mcp-servers-with-aws-lambda';
import { Sha256 } from '@aws-crypto/sha256-js';
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { SignatureV4 } from '@smithy/signature-v4';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import {
  LambdaInvokeClientTransport as LambdaInvokeClientTransportV1,
  SigV4ClientTransport as SigV4ClientTransportV1,
} from 'lambda-mcp/transport/v1';
import type { Row } from '../section.ts';
import type { CountedLambda } from './counted-lambda.ts';

export const LINES = ['v1, 2025-11-25', 'v2, 2025-11-25', 'v2, 2026-07-28', 'v2, 2026-07-28, known server'] as const;
export type Line = (typeof LINES)[number];

/** A way to the function, by a transport for the clients of each SDK line; undefined where it has none. */
export interface Way extends Pick<Row, 'name' | 'role'> {
  v1(lambda: CountedLambda): TransportV1;
  v2?(lambda: CountedLambda): TransportV2;
}

type TransportV1 = Parameters<ClientV1['connect']>[0];
type TransportV2 = Parameters<ClientV2['connect']>[0];
type PriorDiscovery = NonNullable<NonNullable<Parameters<ClientV2['connect']>[1]>['prior']>;

export const WAYS: readonly Way[] = [
  {
    name: 'lambda-mcp `SigV4ClientTransport`',
    role: 'ours',
    v1: ({ functionUrl, agent: credentials, region }) =>
      new SigV4ClientTransportV1(functionUrl, { credentials, region }) as TransportV1,
    v2: ({ functionUrl, agent: credentials, region }) => new SigV4ClientTransport(functionUrl, { credentials, region }),
  },
  {
    name: 'lambda-mcp `LambdaInvokeClientTransport`',
    role: 'ours',
    v1: (lambda) => new LambdaInvokeClientTransportV1(lambda.functionArn, invokeOptions(lambda)) as TransportV1,
    v2: (lambda) => new LambdaInvokeClientTransport(lambda.functionArn, invokeOptions(lambda)),
  },
  {
    name: 'the SDK’s transport, a `fetch` that signs',
    role: 'peer',
    v1: (lambda) =>
      new StreamableHTTPClientTransportV1(new URL(lambda.functionUrl), { fetch: signingFetch(lambda) }) as TransportV1,
    v2: (lambda) => new StreamableHTTPClientTransport(new URL(lambda.functionUrl), { fetch: signingFetch(lambda) }),
  },
  {
    name: 'awslabs `StreamableHTTPClientWithSigV4Transport`',
    role: 'peer',
    v1: ({ functionUrl, agent: credentials, region }) =>
      new StreamableHTTPClientWithSigV4Transport(new URL(functionUrl), {
        credentials,
        region,
        service: 'lambda',
        fetch: fetchAsSigned,
      }) as TransportV1,
  },
  {
    name: 'awslabs `LambdaFunctionClientTransport`',
    role: 'peer',
    v1: ({ functionArn: functionName, region: regionName }) =>
      new LambdaFunctionClientTransport({ functionName, regionName }) as TransportV1,
  },
];

/** Connects, lists the tools and calls one. */
export async function session(way: Way, line: Line, lambda: CountedLambda): Promise<void> {
  const name = 'echo';
  const info = { name: 'bench', version: '1.0.0' };
  if (line === 'v1, 2025-11-25') {
    const client = new ClientV1(info);
    const broken = new Promise<never>((_, reject) => {
      // awslabs' Invoke transport tells nobody else, and the client would wait for its time-out.
      client.onerror = reject;
    });
    broken.catch(() => {});
    await Promise.race([client.connect(way.v1(lambda), { timeout: TIMEOUT }), broken]);
    await client.listTools(undefined, { timeout: TIMEOUT });
    const result = await client.callTool({ name, arguments: { text: line } }, undefined, { timeout: TIMEOUT });
    return assertEcho(result, line);
  }
  const prior = line === 'v2, 2026-07-28, known server' ? await discover(way, lambda) : undefined;
  const mode = line === 'v2, 2025-11-25' ? 'legacy' : 'auto';
  const client = new ClientV2(info, { versionNegotiation: { mode } });
  await client.connect(way.v2?.(lambda) as TransportV2, { timeout: TIMEOUT, ...(prior && { prior }) });
  await client.listTools(undefined, { timeout: TIMEOUT });
  assertEcho(await client.callTool({ name, arguments: { text: line } }, { timeout: TIMEOUT }), line);
  const spoken = client.getNegotiatedProtocolVersion();
  if (!line.includes(`${spoken}`)) throw new Error(`The client spoke ${spoken}.`);
}

/** What an agent keeps of an earlier session, to connect without a request. None of this is counted. */
async function discover(way: Way, lambda: CountedLambda): Promise<PriorDiscovery> {
  const client = new ClientV2({ name: 'bench', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(way.v2?.(lambda) as TransportV2, { timeout: TIMEOUT });
  const known = client.getDiscoverResult();
  if (!known) throw new Error('The server was not discovered.');
  await lambda.count();
  return { kind: 'modern', discover: known };
}

const TIMEOUT = 5000;

function assertEcho(result: unknown, text: string): void {
  const { content } = result as { content?: { text?: string }[] };
  if (content?.[0]?.text !== text) throw new Error(`Another answer: ${JSON.stringify(result)}`);
}

/**
 * For awslabs: it signs a `host` without the port, which holds on AWS's port 443. Here `fetch` would add the port, so the
 * request goes out with the headers that were signed.
 */
async function fetchAsSigned(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = Object.fromEntries(Object.entries(init.headers ?? {}).map(([name, value]) => [name, String(value)]));
  const sent = request(new URL(input), { method: init.method ?? 'GET', headers });
  sent.end(init.body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status = 0 } = answer;
  const body = await buffer(answer);
  const type = answer.headers['content-type'];
  return new Response(status === 202 && body.byteLength === 0 ? null : new Uint8Array(body), {
    status,
    ...(type !== undefined && { headers: { 'content-type': type } }),
  });
}

function invokeOptions({ agent: credentials, lambdaEndpoint: endpoint }: CountedLambda) {
  return { credentials, endpoint };
}

/** What a program does that has read how SigV4 is done with AWS's own packages. */
function signingFetch({ agent: credentials, region }: CountedLambda) {
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256 });
  return async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    const { method = 'GET', body } = init;
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(new Headers(init.headers)), host: url.host },
      body,
    });
    return fetch(url, { ...init, headers: signed.headers });
  };
}
