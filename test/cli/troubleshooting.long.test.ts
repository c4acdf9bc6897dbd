import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type LocalLambda, type LocalLambdaOptions, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareEnvironment, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda, urlPermissions } from '../support/lambda.ts';

/** docs/troubleshooting.md: under each heading, where it shows, a line of `doctor`: its status, step and words. */
const page = readFileSync('docs/troubleshooting.md', 'utf8');
const sections = new Map(
  [...page.matchAll(/^### (.+)\n([\s\S]*?)(?=^###? |(?![\s\S]))/gm)].map(([, heading = '', text = '']) => [
    heading,
    /```text\n([\s\S]*?)```/.exec(text)?.[1]?.trim(),
  ]),
);

type Env = Readonly<Record<string, string>>;

// Inside the project, where `lambda-mcp` can be found; hidden, so that nothing else looks at it.
mkdirSync('.lambda-mcp', { recursive: true });
const folder = mkdtempSync(resolve('.lambda-mcp/troubleshooting-'));
let lambda: TestLambda;
let sources = 0;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts', {
    principals: [{ name: 'stranger' }, { name: 'expired', expiration: new Date(Date.now() - 60_000) }],
  });
});
afterAll(async () => {
  await lambda.close();
  rmSync(folder, { recursive: true });
});

/** What `doctor` prints for people. */
async function doctor(env: Env, ...args: string[]): Promise<string> {
  return (await runCli(['doctor', ...args], { env })).stdout;
}

const as = (name: string): Env =>
  environmentOf(lambda, lambda.principals.find((each) => each.name === name) as LocalPrincipal);

/** Asks `doctor` about a server of its own, as a caller that is let in. */
async function doctorOf(source: string, options: Partial<LocalLambdaOptions> = {}, path = ''): Promise<string> {
  sources += 1;
  const entry = join(folder, `${sources}.mjs`);
  writeFileSync(entry, source);
  const permissions = urlPermissions('agent');
  await using own: LocalLambda = await startLocalLambda({
    entry,
    principals: [{ name: 'agent' }],
    permissions,
    report: () => {},
    ...options,
  });
  return await doctor(environmentOf(own, own.principals[0] as LocalPrincipal), own.functionUrl + path);
}

async function doctorOfHost(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const said = await doctor(as('agent'), `http://127.0.0.1:${port}/`);
  server.closeAllConnections();
  server.close();
  return said;
}

const TOOLLESS = `
  import { McpServer } from '@modelcontextprotocol/server';
  import { createLambdaHandler } from 'lambda-mcp/server';
  export const handler = createLambdaHandler(({ caller }) => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool('look', {}, async () => ({ content: [] }));
    if (caller?.is('arn:aws:iam::111122223333:role/admin')) server.registerTool('rotate', {}, async () => ({ content: [] }));
    return server;
  });`;
const MOUNTED = `
  import { createLambdaHandler } from 'lambda-mcp/server/fetch';
  export const handler = createLambdaHandler({
    fetch: async (request) => new URL(request.url).pathname === '/mcp'
      ? Response.json({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25', capabilities: {} } })
      : new Response('Not Found', { status: 404 }),
  });`;
/** The clock of a program, ten minutes fast. */
const FAST_CLOCK = `data:text/javascript,${encodeURIComponent(
  'const D=Date;const n=()=>D.now()+6e5;globalThis.Date=class extends D{constructor(...a){super(...(a.length?a:[n()]))}static now(){return n()}}',
)}`;

/** Each heading, and how to come to it. */
const tries: Readonly<Record<string, () => Promise<string>>> = {
  'No credentials': () => doctor({ ...bareEnvironment, AWS_REGION: 'us-east-1' }, lambda.functionUrl),
  'The session has expired': () => doctor(as('expired'), lambda.functionUrl),
  'AWS does not know the access key': () =>
    doctor({ ...as('agent'), AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE' }, lambda.functionUrl),
  'The session token is missing': () => doctor({ ...as('agent'), AWS_SESSION_TOKEN: '' }, lambda.functionUrl),
  'The signature does not match': () =>
    doctor({ ...as('agent'), AWS_SECRET_ACCESS_KEY: 'another' }, lambda.functionUrl),
  'Signed for another region or service': () => doctor(as('agent'), lambda.functionUrl, '--region', 'eu-west-1'),
  'The clock is wrong': () => doctor({ ...as('agent'), NODE_OPTIONS: `--import=${FAST_CLOCK}` }, lambda.functionUrl),
  '403 by the URL': () => doctor(as('stranger'), lambda.functionUrl, '--function', lambda.functionName),
  '403 by a name or an ARN': () => doctor(as('agent'), lambda.functionArn),
  'The function is not found': () => doctor(as('admin'), 'no-such-function'),
  '404, or the answer is a web page': () => doctorOf(MOUNTED),
  'Nothing listens at the address': async () => {
    const gone = await startTestLambda('servers/v2.ts');
    await gone.close();
    return doctor(as('agent'), gone.functionUrl);
  },
  'The name of the host is not known': () =>
    doctor(
      { ...as('agent'), AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' },
      'https://no-such-host.invalid/',
      '--service',
      'lambda',
    ),
  'TLS cannot be set up': () => doctorOfHttps(),
  'The proxy refuses': () => doctorThroughRefusingProxy(),
  'Everybody can call it': () => doctorOf(TOOLLESS, { authType: 'NONE' }),
  '502: the function failed': () => doctorOf('throw new Error("on purpose");', { bundle: false }),
  'It answers, but not as an MCP server': () =>
    doctorOfHost((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello')),
  'A tool is not there': () => doctorOf(TOOLLESS),
  'The server does not know who calls': () => doctor(as('admin'), lambda.functionName),
  'The first call is slow': () => doctor(as('agent'), lambda.functionUrl),
};

async function doctorOfHttps(): Promise<string> {
  const server = createServer((_, response) => response.end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const said = await doctor(as('agent'), `https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  return said;
}

async function doctorThroughRefusingProxy(): Promise<string> {
  const proxy = createServer().on('connect', (_, socket) => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const { port } = proxy.address() as AddressInfo;
  const env = { ...as('agent'), HTTPS_PROXY: `http://127.0.0.1:${port}`, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' };
  const said = await doctor(env, 'https://no-such-host.invalid/', '--service', 'lambda');
  proxy.close();
  return said;
}

it('tries every symptom that the page names', () => {
  const named = [...sections].filter(([, line]) => line !== undefined).map(([heading]) => heading);
  expect(named.sort()).toEqual(Object.keys(tries).sort());
});

it.each(Object.keys(tries))('%s: doctor says what the page says', async (heading) => {
  const said = asOneLine(await (tries[heading] as () => Promise<string>)());
  const pattern = asOneLine(sections.get(heading) ?? '')
    .split(' … ')
    .map(escapeRegExp)
    .join('.*');
  expect(said).toMatch(new RegExp(pattern));
});

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function asOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
