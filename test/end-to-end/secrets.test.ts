import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { awsFetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, runCli } from '../support/cli.ts';
import { connect, LINES, WAYS } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { meddle, type Passing } from '../support/meddle.ts';
import { startProxy } from '../support/proxy-process.ts';

type Options = NonNullable<Parameters<typeof awsFetch>[1]>;
type Credentials = Exclude<Options['credentials'], undefined | ((...args: never) => unknown)>;

/** All that was said, by who said it. */
const heard: { readonly by: string; readonly text: string }[] = [];
/** The real values: secret keys, session tokens, and every signature that went over the wire. */
const secrets = new Set<string>();
let signatures = 0;

let lambda: TestLambda;
let stale: Credentials;
let wrong: Credentials;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts', {
    timeout: 2000,
    principals: [{ name: 'stale', expiration: new Date(0) }],
  });
  stale = lambda.principals[2] as Credentials;
  wrong = { ...lambda.agent, secretAccessKey: 'the-wrong-secret-access-key-0123456789' };
  for (const { secretAccessKey, sessionToken } of [...lambda.principals, wrong]) {
    for (const secret of [secretAccessKey, sessionToken]) if (secret) secrets.add(secret);
  }
});
afterAll(() => lambda.close());

function hear(by: string, said: unknown): void {
  heard.push({ by, text: typeof said === 'string' ? said : inspect(said, { depth: 10, maxStringLength: null }) });
  if (said instanceof Error) heard.push({ by, text: `${said.stack} ${JSON.stringify(said)}` });
}

function overhear(passing: Passing): Passing {
  const line = passing.headers.find((value) => value.startsWith('AWS4-HMAC-SHA256 '));
  const signature = /Signature=([0-9a-f]{64})/.exec(line ?? '')?.[1];
  if (signature) secrets.add(signature);
  if (signature) signatures += 1;
  return passing;
}

/** With both ways to the function watched. */
async function watched<T>(call: (functionUrl: string, endpoint: string) => Promise<T>): Promise<T> {
  return meddle(lambda.functionUrl, overhear, (url) =>
    meddle(lambda.lambdaEndpoint, overhear, (api) => call(url, new URL(api).origin)),
  );
}

const message = (method: string, params: object = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
});

describe('what the transports say', () => {
  const calls: [string, (good: Credentials) => Partial<Options>, RequestInit][] = [
    ['an answer', () => ({}), message('tools/list')],
    ['a tool that dies', () => ({}), message('tools/call', { name: 'exit', arguments: {} })],
    ['a tool that takes too long', () => ({}), message('tools/call', { name: 'loop', arguments: {} })],
    ['a secret key that is wrong', () => ({ credentials: wrong }), message('tools/list')],
    ['a session that has expired', () => ({ credentials: stale }), message('tools/list')],
    ['another region', () => ({ region: 'eu-west-1' }), message('tools/list')],
    ['a request that is too large', () => ({}), message('x'.repeat(7 * 1024 * 1024))],
    ['a provider that fails', () => ({ credentials: () => Promise.reject(new Error('no session')) }), message('ping')],
    ['a provider of an object that is none', () => ({ credentials: async () => ({}) as never }), message('ping')],
    [
      'a body that is a stream',
      () => ({}),
      { ...message('ping'), body: new Response('x').body, duplex: 'half' } as never,
    ],
    ['a header that is not one', () => ({}), { ...message('ping'), headers: { 'x-a': 'a\nb' } }],
    ['a call that was given up', () => ({}), { ...message('ping'), signal: AbortSignal.abort() }],
  ];

  it.each(calls)('of %s', async (name, change, init) => {
    await watched(async (url, endpoint) => {
      for (const [target, credentials] of [
        [url, lambda.agent],
        [lambda.functionArn, lambda.admin],
      ] as const) {
        const options: Options = { credentials, region: lambda.region, endpoint, ...change(credentials) };
        try {
          const response = await awsFetch(target, options)(url, init);
          hear(name, [...response.headers]);
          hear(name, await response.text());
        } catch (error) {
          hear(name, error);
        }
      }
    });
  });

  it('of a connection that is refused', async () => {
    for (const target of ['http://127.0.0.1:1/', lambda.functionArn]) {
      const options = { credentials: lambda.agent, region: lambda.region, endpoint: 'http://127.0.0.1:1' };
      const error = await awsFetch(target, { ...options, retry: { attempts: 1 } })(
        target.startsWith('http') ? target : 'http://x/',
        message('ping'),
      ).catch((error) => error);
      hear('refused', error);
    }
  });

  it.each(LINES.flatMap((line) => WAYS.map((way) => [line, way] as const)))(
    'to a client of %s by %s',
    async (line, way) => {
      await watched(async (functionUrl, lambdaEndpoint) => {
        const signers = [
          { agent: lambda.agent, admin: lambda.admin },
          { agent: wrong, admin: stale },
        ];
        for (const signer of signers) {
          try {
            const client = await connect(line, way, { ...lambda, ...signer, functionUrl, lambdaEndpoint });
            hear(line, await client.call('whoami'));
            hear(line, await client.call('throw').catch((error) => error));
            await client.close();
          } catch (error) {
            hear(line, error);
          }
        }
      });
    },
  );
});

describe('what the command says with --debug', () => {
  const agent = () => environmentOf(lambda, lambda.agent);
  const admin = () => environmentOf(lambda, lambda.admin);
  const commands: [string, (url: string) => string[], () => Record<string, string>, string?][] = [
    ['tools', (url) => ['tools', url], agent],
    ['tools by Invoke', () => ['tools', lambda.functionArn], admin],
    ['tools without permission', () => ['tools', lambda.functionArn], agent],
    ['tools with a wrong key', (url) => ['tools', url], () => environmentOf(lambda, wrong as never)],
    ['tools of an expired session', (url) => ['tools', url], () => environmentOf(lambda, stale as never)],
    ['tools without credentials', (url) => ['tools', url], () => ({ ...agent(), AWS_SECRET_ACCESS_KEY: '' })],
    ['tools where nobody is', () => ['tools', 'http://127.0.0.1:1/', '--connect-timeout', '1'], agent],
    ['a call', (url) => ['call', url, 'echo', 'text=hello'], agent],
    ['a call that fails', (url) => ['call', url, 'throw'], agent],
    ['a call that dies', (url) => ['call', url, 'exit'], agent],
    ['a call of no tool', (url) => ['call', url, 'nothing'], agent],
    ['doctor', (url) => ['doctor', url], agent],
    ['doctor of a wrong key', (url) => ['doctor', url], () => environmentOf(lambda, wrong as never)],
    ['grant without permission', () => ['grant', lambda.functionName, 'arn:aws:iam::111122223333:role/x'], agent],
    ['the shell', (url) => ['shell', url], agent, 'tools\ncall echo text=x\nnonsense\nexit\n'],
  ];

  it.each(commands)('%s', async (name, args, env, input = '') => {
    await watched(async (url, endpoint) => {
      const environment = { ...env(), AWS_ENDPOINT_URL_LAMBDA: endpoint };
      const { stdout, stderr } = await runCli([...args(url), '--debug'], { env: environment, input });
      hear(name, stdout);
      hear(name, stderr);
      expect(stdout + stderr).not.toBe('');
    });
  });

  it('proxy', async () => {
    await watched(async (url) => {
      await using proxy = startProxy([url, '--debug'], agent());
      const clientInfo = { name: 'x', version: '1' };
      await proxy.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
      await proxy.request('tools/call', { name: 'whoami', arguments: {} });
      await proxy.request('tools/call', { name: 'exit', arguments: {} });
      proxy.send('not JSON');
      await proxy.end();
      hear('proxy', proxy.lines.join('\n'));
      hear('proxy', proxy.stderr());
    });
  });
});

describe('none of it', () => {
  it('holds a secret, whoever said it', () => {
    hear('the report to the operator', lambda.reports.join('\n'));
    hear('the function’s log', readFileSync(lambda.logFile, 'utf8'));
    hear('the trail', readFileSync(lambda.trailFile, 'utf8'));
    expect(signatures).toBeGreaterThan(50);
    expect(heard.length).toBeGreaterThan(80);
    const forms = [...secrets].flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ]);
    const told = heard.filter(({ text }) => forms.some((secret) => text.includes(secret)));
    expect(told.map(({ by }) => by)).toEqual([]);
  });
});
