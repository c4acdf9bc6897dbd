import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasAwsCli } from '../support/aws-cli.ts';
import { bareEnvironment, environmentOf, runCli } from '../support/cli.ts';
import { type CorporateNetwork, FUNCTION_URL, startCorporateNetwork } from '../support/corporate-network.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';

let lambda: TestLambda;
let network: CorporateNetwork;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts');
  network = await startCorporateNetwork(lambda);
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await lambda.close();
});
beforeEach(() => {
  network.refuse(undefined);
  network.asked.length = 0;
});

const URL_HOST = 'abc.lambda-url.us-east-1.on.aws:443';
const LAMBDA_HOST = 'lambda.us-east-1.amazonaws.com:443';
const STS_HOST = 'sts.us-east-1.amazonaws.com:443';
const SSO_HOST = 'portal.sso.us-east-1.amazonaws.com:443';

/** Of somebody in the network, who has keys in the environment. */
function inside(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { AWS_ENDPOINT_URL_LAMBDA: _, ...keys } = environmentOf(lambda, lambda.admin);
  return { ...keys, HTTPS_PROXY: network.proxy, AWS_CA_BUNDLE: network.ca, ...extra };
}

/** The same, with profiles instead. */
function withProfiles(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...bareEnvironment, HOME: network.home, HTTPS_PROXY: network.proxy, AWS_CA_BUNDLE: network.ca, ...extra };
}

const asked = () => [...new Set(network.asked)].sort();

describe('the command, behind a proxy that inspects TLS', () => {
  it.each([
    ['AWS_CA_BUNDLE', {}],
    ['NODE_EXTRA_CA_CERTS', { AWS_CA_BUNDLE: '' }],
    ['https_proxy, in lower case', { HTTPS_PROXY: '' }],
    ["Node's own NODE_USE_ENV_PROXY as well", { NODE_USE_ENV_PROXY: '1' }],
  ])('reaches URL and ARN by %s', async (name, extra) => {
    const more = name.startsWith('NODE_EXTRA') ? { NODE_EXTRA_CA_CERTS: network.ca } : {};
    const lower = name.startsWith('https_') ? { https_proxy: network.proxy } : {};
    const env = inside({ ...extra, ...more, ...lower });
    for (const target of [FUNCTION_URL, lambda.functionArn]) {
      expect(await runCli(['tools', target, '--json'], { env })).toMatchObject({ code: 0, stderr: '' });
    }
    expect(asked()).toEqual([URL_HOST, LAMBDA_HOST]);
  });

  it.each([
    ['role', STS_HOST],
    ['sso', SSO_HOST],
  ])('gets the credentials of the profile %s through it', async (profile, host) => {
    const ended = await runCli(['tools', FUNCTION_URL, '--profile', profile, '--json'], { env: withProfiles() });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(asked()).toEqual([URL_HOST, host].sort());
  });

  it('goes past it to what NO_PROXY names, and to loopback', async () => {
    for (const list of ['.on.aws', 'on.aws', '*.on.aws:443', 'x, abc.lambda-url.us-east-1.on.aws', '*']) {
      await runCli(['tools', FUNCTION_URL, '--connect-timeout', '1'], { env: inside({ no_proxy: list }) });
    }
    const local = { ...environmentOf(lambda, lambda.admin), HTTP_PROXY: network.proxy, HTTPS_PROXY: network.proxy };
    for (const target of [lambda.functionUrl, lambda.functionArn]) {
      expect(await runCli(['tools', target], { env: local })).toMatchObject({ code: 0 });
    }
    expect(asked()).toEqual([]);
    await runCli(['tools', FUNCTION_URL], { env: inside({ no_proxy: 'aws, on.aws:8443, bc.lambda-url' }) });
    expect(asked()).toEqual([]);
    await runCli(['tools', FUNCTION_URL], { env: inside({ no_proxy: 'on.aws:8443, c.lambda-url.us-east-1.on.aws' }) });
    expect(asked()).toEqual([URL_HOST]);
  });

  const ways = (profile = '') => [
    ['tools', FUNCTION_URL, ...(profile ? ['--profile', profile] : [])],
    ['tools', lambda.functionArn, ...(profile ? ['--profile', profile] : [])],
  ];

  it.each([403, 502])('tells that the proxy refused with %i', async (status) => {
    network.refuse(status);
    for (const args of ways()) {
      const { code, stderr } = await runCli(args, { env: inside() });
      expect([code, stderr]).toEqual([5, expect.stringMatching(`The proxy refused the connection with ${status}`)]);
    }
    for (const profile of ['role', 'sso']) {
      const { code, stderr } = await runCli(ways(profile)[0] as string[], { env: withProfiles() });
      expect(stderr).toMatch(`The proxy refused the connection with ${status}`);
      expect(code).toBe(5);
    }
  });

  it('tells that the proxy wants credentials, and shows none', async () => {
    const HTTPS_PROXY = network.proxy.replace(network.password, 'wrong-password');
    for (const args of ways()) {
      const { code, stderr } = await runCli(args, { env: inside({ HTTPS_PROXY }) });
      expect([code, stderr]).toEqual([5, expect.stringMatching(/with 407 .*HTTPS_PROXY=http:\/\/USER:PASSWORD/)]);
      expect(stderr).not.toContain('wrong-password');
    }
  });

  it('tells that the proxy is not there, or is none', async () => {
    for (const args of ways()) {
      const gone = await runCli(args, { env: inside({ HTTPS_PROXY: 'http://me:hidden-word@127.0.0.1:1' }) });
      expect([gone.code, gone.stderr]).toEqual([5, expect.stringMatching(/The proxy 127.0.0.1:1 gave no connection/)]);
      for (const HTTPS_PROXY of ['socks5://me:hidden-word@127.0.0.1:1', 'http://me:hidden%word@127.0.0.1:1']) {
        const { code, stderr } = await runCli(args, { env: inside({ HTTPS_PROXY }) });
        expect([code, stderr]).toEqual([5, expect.stringMatching(/HTTPS_PROXY is not the URL of an http or https/)]);
        expect(stderr + gone.stderr).not.toContain('hidden');
      }
    }
  });

  it('tells that a certificate is not trusted, and what to set', async () => {
    for (const [args, env] of [
      ...ways().map((each) => [each, inside({ AWS_CA_BUNDLE: '' })] as const),
      ...['role', 'sso'].map((each) => [ways(each)[0] as string[], withProfiles({ AWS_CA_BUNDLE: '' })] as const),
    ]) {
      const { code, stderr } = await runCli(args, { env });
      expect([code, stderr]).toEqual([5, expect.stringMatching(/certificate is not trusted.*AWS_CA_BUNDLE/)]);
    }
    const { code, stderr } = await runCli(ways()[0] as string[], { env: inside({ AWS_CA_BUNDLE: '/no/such' }) });
    expect([code, stderr]).toEqual([5, expect.stringMatching(/AWS_CA_BUNDLE names a file that cannot be read/)]);
  });
});

describe.runIf(hasAwsCli)('the command beside the AWS CLI', () => {
  type Situation = readonly [name: string, env: () => Record<string, string>, profile: string | undefined];
  // An empty AWS_CA_BUNDLE turns the AWS CLI's verification off; here it is none.
  const untrusting = () => {
    const { AWS_CA_BUNDLE: _, ...env } = inside();
    return env;
  };
  const noProxy = (list: string): Situation => [`NO_PROXY=${list}`, () => inside({ NO_PROXY: list }), undefined];
  const situations: readonly Situation[] = [
    ['a proxy and a CA bundle', () => inside(), undefined],
    [
      'https_proxy, which goes first',
      () => inside({ HTTPS_PROXY: 'http://127.0.0.1:1', https_proxy: network.proxy }),
      undefined,
    ],
    ['a proxy without http://', () => inside({ HTTPS_PROXY: network.proxy.replace('http://', '') }), undefined],
    [
      'HTTP_PROXY alone, for an https endpoint',
      () => inside({ HTTPS_PROXY: '', HTTP_PROXY: network.proxy }),
      undefined,
    ],
    ['an inspected certificate that is not trusted', untrusting, undefined],
    ['a wrong password', () => inside({ HTTPS_PROXY: network.proxy.replace(network.password, 'wrong') }), undefined],
    ['a proxy that is not there', () => inside({ HTTPS_PROXY: 'http://127.0.0.1:1' }), undefined],
    ['a role from STS', withProfiles, 'role'],
    ['a role from IAM Identity Center', withProfiles, 'sso'],
    ...[
      '*',
      'amazonaws.com',
      '.amazonaws.com',
      'x,lambda.us-east-1.amazonaws.com',
      'other.example',
      'a.amazonaws.com',
    ].map(noProxy),
  ];

  it.each(situations)('fares the same with %s', async (_, environment, profile) => {
    const env = { ...environment(), PATH: process.env.PATH ?? '' };
    const as = profile ? ['--profile', profile] : [];
    const ours = await runCli(['tools', lambda.functionArn, '--connect-timeout', '2', ...as], { env });
    const ourProxied = asked();
    network.asked.length = 0;
    const invoke = ['lambda', 'invoke', '--function-name', lambda.functionArn, '--payload', '{}', `${newPath()}.json`];
    const limits = ['--cli-connect-timeout', '2', '--region', 'us-east-1'];
    const once = { ...env, AWS_MAX_ATTEMPTS: '1' };
    const theirs = await promisify(execFile)('aws', [...invoke, ...limits, ...as], { env: once }).then(
      () => '',
      (error: Error) => error.message,
    );
    expect([ourProxied, ours.code === 0], theirs).toEqual([asked(), theirs === '']);
  });
});

describe('doctor, behind a proxy', () => {
  const steps = async (env: Record<string, string>) => {
    const { code, stdout } = await runCli(['doctor', FUNCTION_URL, '--json'], { env });
    const { checks } = JSON.parse(stdout) as { checks: { step: string; status: string; detail: string }[] };
    return { code, ...Object.fromEntries(checks.map((check) => [check.step, check])) } as Record<string, unknown>;
  };

  it('has a step for it', async () => {
    const { origin, host } = new URL(network.proxy);
    expect(await steps(inside())).toMatchObject({
      code: 0,
      proxy: { status: 'pass', detail: `${host} lets through to ${new URL(FUNCTION_URL).host}` },
      tls: { status: 'pass', detail: expect.stringContaining('Corp CA') },
      'signed request': { status: 'pass' },
    });
    expect(await steps(inside({ AWS_CA_BUNDLE: '' }))).toMatchObject({
      code: 5,
      proxy: { status: 'pass' },
      tls: { status: 'fail', advice: expect.stringContaining('AWS_CA_BUNDLE') },
    });
    expect(await steps(inside({ HTTPS_PROXY: origin }))).toMatchObject({
      code: 5,
      proxy: {
        status: 'fail',
        detail: expect.stringContaining('407'),
        advice: expect.stringContaining('HTTPS_PROXY='),
      },
    });
    expect(await steps(inside({ HTTPS_PROXY: 'socks5://127.0.0.1:1' }))).toMatchObject({
      code: 2,
      proxy: { status: 'fail', advice: expect.stringContaining('http://HOST:PORT') },
    });
  });
});

/** Runs a program that calls by URL and by ARN through the library; what it printed, a line for each. */
async function library(options: object, env: Record<string, string>, before = ''): Promise<string[]> {
  const program = `${newPath()}.mjs`;
  const { accessKeyId, secretAccessKey, sessionToken } = lambda.admin;
  writeFileSync(
    program,
    `import { awsFetch } from ${JSON.stringify(import.meta.resolve('lambda-mcp/fetch'))};
    ${before}
    const options = ${JSON.stringify({ retry: { attempts: 1 }, ...options })};
    if (!options.profile) options.credentials = ${JSON.stringify({ accessKeyId, secretAccessKey, sessionToken })};
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
    for (const target of ['${FUNCTION_URL}', '${lambda.functionArn}']) {
      await awsFetch(target, { connectTimeout: 2000, ...options })('${FUNCTION_URL}', { method: 'POST', headers, body }).then(
        async (response) => console.log(response.status, (await response.text()).includes('"tools"')),
        (error) => console.log(error.name, error.code),
      );
    }`,
  );
  return (await promisify(execFile)(process.execPath, [program], { env })).stdout.trim().split('\n');
}

describe('the library, behind a proxy', () => {
  const plain = () => ({ ...bareEnvironment, NODE_EXTRA_CA_CERTS: network.ca });
  const served = ['200 true', '200 true'];

  it('uses none unless it is asked to', async () => {
    await library({}, { ...plain(), HTTPS_PROXY: network.proxy });
    await library({ proxy: false }, { ...plain(), HTTPS_PROXY: network.proxy, NODE_USE_ENV_PROXY: '1' });
    expect(asked()).toEqual([]);
  });

  it('uses the one of the environment, the one that is named, or the one that Node uses', async () => {
    expect(await library({ proxy: true }, { ...plain(), https_proxy: network.proxy })).toEqual(served);
    expect(await library({ proxy: network.proxy }, plain())).toEqual(served);
    expect(await library({}, { ...plain(), NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: network.proxy })).toEqual(served);
    expect(network.asked).toHaveLength(6);
  });

  it('asks STS and IAM Identity Center through it', async () => {
    const env = { ...plain(), HOME: network.home };
    for (const profile of ['role', 'sso']) await library({ proxy: network.proxy, profile }, env);
    expect(asked()).toEqual([URL_HOST, LAMBDA_HOST, SSO_HOST, STS_HOST].sort());
  });

  it('leaves a global dispatcher that somebody set alone', async () => {
    const before = `
      void globalThis.Response;
      for (const version of [1, 2]) {
        const key = Symbol.for('undici.globalDispatcher.' + version);
        const own = globalThis[key];
        if (own) globalThis[key] = { dispatch(options, handler) { console.log('set', options.headersTimeout); return own.dispatch({ ...options, origin: ANSWERS }, handler); } };
      }
    `;
    const listener: RequestListener = (_, response) => response.end('{"tools":[]}');
    const answers = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => answers.once('listening', resolve));
    const { port } = answers.address() as { port: number };
    const origin = JSON.stringify(`http://127.0.0.1:${port}`);
    for (const options of [{ proxy: network.proxy }, {}]) {
      const printed = await library(options, plain(), before.replace('ANSWERS', origin));
      expect(printed.slice(0, 2)).toEqual(['set undefined', '200 true']);
    }
    answers.close();
    expect(asked()).toEqual([LAMBDA_HOST]);
  });
});
