import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda } from '../support/lambda.ts';
import { startProxy } from '../support/proxy-process.ts';
import { signIn } from '../support/sign-in.ts';
import { newHome, opened, type SignedInServer, startSignedInServer } from '../support/signed-in-server.ts';
import { hasTerminal, startTerminal } from '../support/terminal.ts';

type Env = Record<string, string>;

let server: SignedInServer;
beforeAll(async () => {
  server = await startSignedInServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const folderOf = (env: Env) => join(env.XDG_STATE_HOME ?? '', 'lambda-mcp', 'sign-ins');

/** What is kept, by the endings of its files' names. */
function kept(env: Env, ending = '.json'): string[] {
  const names = readdirSync(folderOf(env)).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(join(folderOf(env), name), 'utf8'));
}

/** No token, code or secret is in what a person, a program or a log gets to see. */
function expectNoSecret(env: Env, ...texts: string[]): void {
  for (const text of kept(env)) {
    const { accessToken, refreshToken } = JSON.parse(text);
    for (const secret of [accessToken, refreshToken, env.OAUTH_CLIENT_SECRET].filter(Boolean)) {
      for (let at = 0; at + 12 <= secret.length; at += 12) {
        // The beginning of a JWT says which algorithm signed it.
        if (at > 80 || secret !== accessToken) expect(texts.join('\n')).not.toContain(secret.slice(at, at + 12));
      }
    }
  }
}

describe('lambda-mcp login', () => {
  it('signs a person in by the browser, and --auth oauth then sends their token', async () => {
    const env = server.person();
    const { code, stdout, stderr } = await runCli(['login', server.url], { env });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Sign in in the browser')]);
    expect(stdout).toContain('User     maria');
    const [asked] = opened(env);
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      client_id: env.OAUTH_CLIENT_ID,
      redirect_uri: server.callback,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'tools/call',
      resource: server.url,
    });
    const called = await runCli(['call', server.url, 'whoami', '--auth', 'oauth', '--debug'], { env });
    expect([called.code, called.stdout]).toEqual([0, 'whoami: maria\n']);
    // What was given at the sign-in is known from then on.
    const { OAUTH_CLIENT_ID: _, ...later } = env;
    const list = await runCli(['tools', server.url, '--json'], { env: { ...later, AUTH_METHOD: 'oauth' } });
    expect(JSON.parse(list.stdout)).toHaveLength(2);
    expectNoSecret(env, stdout, stderr, called.stderr, list.stderr);
  });

  it('keeps the tokens where only their owner can read them', async () => {
    const env = server.person();
    // Somebody else could read it before.
    mkdirSync(folderOf(env), { recursive: true, mode: 0o755 });
    await runCli(['login', server.url], { env });
    expect(statSync(folderOf(env)).mode & 0o777).toBe(0o700);
    const [name = ''] = readdirSync(folderOf(env));
    expect(statSync(join(folderOf(env), name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folderOf(env))).toHaveLength(1);
    expect(JSON.parse(kept(env)[0] ?? '')).toMatchObject({
      server: server.url,
      issuer: server.pool.issuer,
      resource: server.url,
    });
  });

  it('takes the URL that the browser came back to with --no-browser', async () => {
    const env = server.person({ BROWSER: 'none' });
    const child = spawn(process.execPath, [CLI, 'login', server.url, '--no-browser'], { env });
    let told = '';
    child.stderr.on('data', (text) => {
      told += text;
    });
    await expect.poll(() => told).toContain('paste the URL');
    const url = new URL(/http:\S+authorize\S+/.exec(told)?.[0] ?? '');
    const back = await signIn(url, server.pool.users[0] as { username: string; password: string });
    const other = new URL(back);
    other.searchParams.set('state', 'of-somebody-else');
    for (const pasted of ['http://localhost:1/callback?code=x', other.href]) child.stdin.write(`${pasted}\n`);
    await expect.poll(() => told).toContain('the answer to another sign-in');
    expect(told).toContain('not the whole URL');
    child.stdin.write(`${back.href}\n`);
    expect(await new Promise((fulfil) => child.once('close', fulfil))).toBe(0);
    const { stdout } = await runCli(['call', server.url, 'whoami', '--auth', 'oauth'], { env });
    expect(stdout).toBe('whoami: maria\n');
  });

  it.each([
    ['access is denied', { BROWSER_DENIES: '1' }, 3, /Nobody signed in: access was denied/],
    ['there is no browser', { BROWSER: '/nowhere/browser' }, 3, /No browser could be opened.*--no-browser/],
    ['the client is not known', { OAUTH_CLIENT_ID: '' }, 2, /registers no clients.*--client-id.*callback/],
    [
      'the callback is elsewhere',
      { OAUTH_REDIRECT_URI: 'https://tools.example.com/cb' },
      2,
      /cannot listen.*--no-browser/,
    ],
    ['the callback is no URL', { OAUTH_REDIRECT_URI: 'callback' }, 2, /OAUTH_REDIRECT_URI takes a URL/],
    ['a secret has no id', { OAUTH_CLIENT_ID: '', OAUTH_CLIENT_SECRET: 's3cr3t-text' }, 2, /without OAUTH_CLIENT_ID/],
    ['another issuer is asked for', { OAUTH_ISSUER: 'https://id.example.com' }, 4, /names .* and not https:\/\/id/],
    ['nothing can be kept', { XDG_STATE_HOME: '/dev/null' }, 1, /cannot be kept in \/dev.*XDG_STATE_HOME/],
  ])('tells when %s', async (_, changed, exitCode, message) => {
    const { code, stdout, stderr } = await runCli(['login', server.url], {
      env: server.person(changed as unknown as Env),
    });
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).not.toContain('s3cr3t');
  });

  it('tells when another program has the port', async () => {
    const env = server.person();
    const taken = createServer().listen(Number(new URL(server.callback).port), '127.0.0.1');
    const { code, stderr } = await runCli(['login', server.url], { env });
    await new Promise((fulfil) => taken.close(fulfil));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Port \d+.*is taken by another program.*OAUTH_REDIRECT_URI/),
    ]);
  });

  it('signs a machine in by its secret, beside a person', async () => {
    const env = server.machine();
    const { code, stdout, stderr } = await runCli(['login', server.url], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('a machine')]);
    expect(kept(env)[0]).not.toContain(env.OAUTH_CLIENT_SECRET);
    const person = server.person({ XDG_STATE_HOME: env.XDG_STATE_HOME ?? '' });
    await runCli(['login', server.url], { env: person });
    const who = (each: Env) => runCli(['call', server.url, 'whoami', '--auth', 'oauth'], { env: each });
    expect((await who(env)).stdout).toBe('whoami: a machine\n');
    expect((await who(person)).stdout).toBe('whoami: maria\n');
    expectNoSecret(env, stdout, stderr);
  });

  it('needs no login where a machine calls', async () => {
    // It cannot write either.
    const env = server.machine({ XDG_STATE_HOME: '/dev/null' });
    const { stdout } = await runCli(['call', server.url, 'deploy', '--auth', 'oauth'], { env });
    expect(stdout).toBe('deploy: a machine\n');
  });
});

describe('logout', () => {
  it('forgets the tokens, and has the issuer take the refresh token no more', async () => {
    const env = server.person();
    await runCli(['login', server.url], { env });
    const { refreshToken, client } = JSON.parse(kept(env)[0] ?? '');
    const { code, stdout, stderr } = await runCli(['logout', server.url], { env });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Signed out of ${server.url}`);
    expect(kept(env)).toEqual([]);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: client.client_id,
      refresh_token: refreshToken,
    });
    const refreshed = await fetch(`${server.pool.domain}/oauth2/token`, { method: 'POST', body });
    expect(refreshed.status).toBe(400);
    const after = await runCli(['call', server.url, 'whoami', '--auth', 'oauth'], { env });
    expect([after.code, after.stderr]).toEqual([3, expect.stringContaining(`lambda-mcp login ${server.url}`)]);
    expect(opened(env)).toHaveLength(1);
  });

  it('forgets all of them without a target', async () => {
    const env = server.person();
    await runCli(['login', server.url], { env });
    expect((await runCli(['logout', '--json'], { env })).stdout).toContain(server.url);
    const again = await runCli(['logout'], { env });
    expect([again.code, again.stderr]).toEqual([0, 'Nobody is signed in anywhere.\n']);
  });
});

describe('--auth', () => {
  it('token sends ACCESS_TOKEN, and tells of one that is refused without repeating it', async () => {
    const { clientId, clientSecret } = server.pool.clients.machine;
    const got = await fetch(`${server.pool.domain}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await got.json()) as { access_token: string };
    const env = {
      ...newHome(),
      ACCESS_TOKEN: `Bearer ${access_token}`,
      AUTH_METHOD: 'lambda',
      MCP_SERVER_URL: server.url,
    };
    expect((await runCli(['call', 'whoami'], { env })).stdout).toBe('whoami: a machine\n');
    const refused = await runCli(['call', 'whoami', '--debug', '--json'], {
      env: { ...env, ACCESS_TOKEN: 'abcdefghijklmnop' },
    });
    expect([refused.code, refused.stdout]).toEqual([4, '']);
    expect(refused.stderr).toContain('refuses the token of ACCESS_TOKEN (401)');
    expect(refused.stderr).not.toContain('abcdefgh');
    const none = await runCli(['call', 'whoami'], { env: { ...env, ACCESS_TOKEN: '' } });
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('ACCESS_TOKEN is not set')]);
  });

  it('iam, refused by such a server, says that people sign in there', async () => {
    const keys = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    };
    const { code, stderr } = await runCli(['tools', server.url], { env: { ...newHome(), ...keys } });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/\(401\).*lambda-mcp login URL.*--auth oauth/)]);
  });

  it('token is for a Lambda authorizer, and auto finds that out, and IAM', async () => {
    const entry = fileURLToPath(new URL('../fixtures/authorizers/bearer.ts', import.meta.url));
    const environment = { GOOD_TOKEN: 'good-token-of-alice' };
    const lambda = await startTestLambda('servers/showcase.ts', {
      restApi: { authorization: { type: 'TOKEN', entry, environment } },
    });
    const run = (url: string, changed: Env) =>
      runCli(['tools', url], { env: { ...environmentOf(lambda, lambda.agent), ...changed } });
    const url = lambda.restApiUrl ?? '';
    for (const AUTH_METHOD of ['token', 'lambda', 'auto']) {
      expect(await run(url, { AUTH_METHOD, ACCESS_TOKEN: environment.GOOD_TOKEN })).toMatchObject({
        code: 0,
        stderr: '',
      });
      const refused = await run(url, { AUTH_METHOD, ACCESS_TOKEN: 'another-token' });
      expect([refused.code, refused.stderr]).toEqual([
        4,
        expect.stringContaining('refuses the token of ACCESS_TOKEN (401)'),
      ]);
    }
    expect(await run(lambda.functionUrl, { AUTH_METHOD: 'auto' })).toMatchObject({ code: 0, stderr: '' });
    await lambda.close();
  });

  it('auto asks a server that people sign in to', async () => {
    const env = server.person({ MCP_SERVER_URL: server.url, AUTH_METHOD: 'auto' });
    expect((await runCli(['tools'], { env })).code).toBe(3);
    await runCli(['login'], { env });
    expect((await runCli(['call', 'whoami'], { env })).stdout).toBe('whoami: maria\n');
  });

  it.each([
    [
      'a word that is none',
      ['tools', 'https://x.example.com/', '--auth', 'basic'],
      {},
      '--auth takes iam, oauth, token, auto',
    ],
    ['one in the environment', ['tools', 'https://x.example.com/'], { AUTH_METHOD: 'basic' }, 'AUTH_METHOD takes iam'],
    ['a function name', ['tools', 'my-function', '--auth', 'oauth'], {}, '--auth oauth takes a URL'],
    ['a function name, by doctor', ['doctor', 'my-function', '--auth', 'oauth'], {}, '--auth oauth takes a URL'],
    ['a command that calls AWS', ['grant', 'my-function', '--list', '--auth', 'oauth'], {}, 'grant calls AWS itself'],
    ['http, for tokens that are there', ['tools', 'http://x.example.com/', '--auth', 'token'], {}, 'is not https'],
    ['http, for signing in', ['login', 'http://x.example.com/'], {}, 'is not https'],
    ['http, to find out', ['tools', 'http://x.example.com/', '--auth', 'auto'], {}, 'is not https'],
  ])('refuses %s', async (_, args, changed, message) => {
    const env = { ...newHome(), ACCESS_TOKEN: 'abcdefghijklmnop', ...changed };
    const { code, stderr } = await runCli(args, { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('a token that ends', () => {
  let brief: SignedInServer;
  beforeAll(async () => {
    // Each request finds it about to end.
    brief = await startSignedInServer({ accessTokenValidity: 20 });
  });
  afterAll(() => brief[Symbol.asyncDispose]());

  it('is renewed by itself, by one process at a time, and the refresh token with it', async () => {
    const env = brief.person();
    await runCli(['login', brief.url], { env });
    const before = JSON.parse(kept(env)[0] ?? '');
    const calls = Array.from({ length: 6 }, () => runCli(['call', brief.url, 'whoami', '--auth', 'oauth'], { env }));
    expect((await Promise.all(calls)).map(({ stdout }) => stdout)).toEqual(Array(6).fill('whoami: maria\n'));
    const after = JSON.parse(kept(env)[0] ?? '');
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(kept(env, '.lock')).toEqual([]);
    expect(opened(env)).toHaveLength(1);
  });

  it('has the person sign in again when it can be renewed no more', async () => {
    const env = brief.person();
    await runCli(['login', brief.url], { env });
    const { refreshToken, client } = JSON.parse(kept(env)[0] ?? '');
    const body = new URLSearchParams({ token: refreshToken, client_id: client.client_id });
    expect((await fetch(`${brief.pool.domain}/oauth2/revoke`, { method: 'POST', body })).status).toBe(200);
    const [name = ''] = readdirSync(folderOf(env));
    const file = join(folderOf(env), name);
    writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), accessToken: 'not-a-token-any-more' }),
    );
    const { code, stderr } = await runCli(['call', brief.url, 'whoami', '--auth', 'oauth'], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/has ended\..*lambda-mcp login/);
    expectNoSecret(env, stderr);
    // What the issuer refuses is not shown to it again.
    expect(JSON.parse(kept(env)[0] ?? '')).not.toHaveProperty('refreshToken');
  });
});

it('tells when a server refuses a token that is fresh', async () => {
  await using other = await startSignedInServer({ environment: { COGNITO_ALLOWED_CLIENT_IDS: 'somebody-else' } });
  const env = other.person();
  await runCli(['login', other.url], { env });
  const { code, stderr } = await runCli(['call', other.url, 'whoami', '--auth', 'oauth'], { env });
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(/refuses a token that is fresh \(401\): .*client.*Its owner/),
  ]);
  await using proxy = startProxy([other.url, '--auth', 'oauth'], env);
  for (const id of [1, 2]) {
    const { error } = await proxy.request('tools/list', {}, id);
    expect(error.message).toContain('refuses a token that is fresh');
  }
  expect(opened(env)).toHaveLength(1);
});

describe('a tool that needs more scopes', () => {
  it('is told where nobody can be asked, with the login that helps', async () => {
    const env = server.person();
    await runCli(['login', server.url], { env });
    const refused = await runCli(['call', server.url, 'deploy', '--auth', 'oauth'], { env });
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/more than was allowed.*login \S+ --scope "tools\/call tools\/admin"/),
    ]);
    await runCli(['login', server.url, '--scope', 'tools/admin'], { env });
    expect((await runCli(['call', server.url, 'deploy', '--auth', 'oauth'], { env })).stdout).toBe('deploy: maria\n');
  });

  it('has the person asked once more by the proxy, for all scopes together', async () => {
    const env = server.person();
    await using proxy = startProxy([server.url, '--auth', 'oauth'], env);
    await proxy.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    });
    const { result } = await proxy.request('tools/call', { name: 'deploy', arguments: {} });
    expect(result.content[0].text).toBe('deploy: maria');
    expect(opened(env).map((url) => url.searchParams.get('scope'))).toEqual(['tools/call', 'tools/call tools/admin']);
  });
});

describe('proxy --auth oauth', () => {
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'host', version: '1' } };

  it('signs in once, though several hosts start at once, and prints nothing but MCP', async () => {
    const env = server.person({ BROWSER_WAIT: '300' });
    const proxies = [1, 2, 3].map(() => startProxy([server.url, '--auth', 'oauth'], env));
    const answers = await Promise.all(proxies.map((proxy) => proxy.request('initialize', initialize)));
    expect(answers.map(({ result }) => result.serverInfo.name)).toEqual(['scoped', 'scoped', 'scoped']);
    expect(opened(env)).toHaveLength(1);
    for (const proxy of proxies) {
      expect(proxy.stderr()).toBe('');
      for (const line of proxy.lines) expect(JSON.parse(line)).toHaveProperty('jsonrpc');
      expect(await proxy.end()).toBe(0);
    }
    expectNoSecret(env, ...proxies.flatMap(({ lines }) => lines));
  });

  it('asks nobody twice who said no, and takes up a login from elsewhere without a restart', async () => {
    const env = server.person();
    const denied = { ...env, BROWSER_DENIES: '1', BROWSER_WAIT: '300' };
    const proxies = [1, 2].map(() => startProxy([server.url, '--auth', 'oauth'], denied));
    for (const answers of await Promise.all(
      proxies.map(async (proxy) => [await proxy.request('initialize', initialize), await proxy.request('tools/list')]),
    )) {
      for (const { error } of answers) expect(error.message).toMatch(/nobody signed in.*lambda-mcp login/i);
    }
    expect(opened(env)).toHaveLength(1);
    await runCli(['login', server.url], { env });
    for (const proxy of proxies) {
      expect((await proxy.request('initialize', initialize)).result.serverInfo.name).toBe('scoped');
      await proxy[Symbol.asyncDispose]();
    }
  });

  it('serves on loopback too', async () => {
    const env = server.person();
    await using proxy = startProxy([server.url, '--auth', 'oauth', '--http', '--json'], env);
    await expect.poll(() => proxy.lines).toHaveLength(1);
    const { url } = JSON.parse(proxy.lines[0] ?? '');
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize });
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const response = await fetch(url, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"scoped"')]);
    expect(opened(env)).toHaveLength(1);
  });
});

describe.runIf(hasTerminal)('on a terminal', () => {
  it('a command opens the browser by itself, and once more for what needs more scopes', async () => {
    const env = server.person();
    const terminal = startTerminal(['call', server.url, 'deploy', '--auth', 'oauth'], env);
    await terminal.shows('deploy: maria');
    expect(await terminal.ended()).toBe(0);
    expect(opened(env)).toHaveLength(2);
    expectNoSecret(env, terminal.screen());
  });

  it.each([
    ['call', ['call', 'whoami', '--auth', 'oauth'], 'Sign in in the browser'],
    ['login --no-browser', ['login', '--no-browser'], 'paste the URL'],
  ])('%s is given up by Ctrl-C, and leaves nothing behind', async (_, args, asked) => {
    const env = server.person({ BROWSER: '/bin/true', MCP_SERVER_URL: server.url });
    const terminal = startTerminal(args, env);
    await terminal.shows(asked);
    terminal.type('\u0003');
    expect(await terminal.ended()).toBe(130);
    expect(readdirSync(folderOf(env))).toEqual([]);
  });
});

describe('shell', () => {
  it('signs in, tells, renews, and signs out', async () => {
    const env = server.person();
    const input =
      'auth status\nauth login\nwhoami\nauth refresh\nset-auth-method lambda\nset-auth-method oauth\nauth logout\nreconnect\n';
    const { stdout, stderr, code } = await runCli(['shell', server.url, '--auth', 'oauth'], { env, input });
    expect(stdout.match(/^(?:Method {3}\w+|whoami: \w+|User {5}\w+)$/gm)).toEqual([
      'Method   oauth',
      'User     maria',
      'whoami: maria',
      'User     maria',
    ]);
    expect(stderr).toContain('`auth login` signs in here.');
    expect(stderr).toContain('ACCESS_TOKEN is not set');
    expect(stderr).toContain('Signed out.');
    expect(stderr).toMatch(/Nobody is signed in at \S+ Sign in: .*\n$/);
    expect(code).toBe(3);
  });
});

describe('doctor', () => {
  it('goes the way of a server that people sign in to', async () => {
    const env = server.person({ AUTH_METHOD: 'auto' });
    const before = await runCli(['doctor', server.url, '--json'], { env });
    expect(before.code).toBe(3);
    expect(statuses(before.stdout)).toMatchObject({
      'request without a token': 'pass',
      issuer: 'pass',
      credentials: 'fail',
      'request with a token': 'unknown',
    });
    await runCli(['login', server.url], { env });
    const after = await runCli(['doctor', server.url, '--json'], { env });
    expect(after.code).toBe(0);
    expect(new Set(Object.values(statuses(after.stdout)))).toEqual(new Set(['pass']));
    const quick = await runCli(['doctor', server.url, '--json', '--quick'], { env });
    expect(statuses(quick.stdout)).toMatchObject({ 'request with a token': 'pass', latency: 'pass' });
    expectNoSecret(env, after.stdout, quick.stdout);
  });

  function statuses(json: string): Record<string, string> {
    const { checks } = JSON.parse(json) as { checks: { step: string; status: string }[] };
    return Object.fromEntries(checks.map(({ step, status }) => [step, status]));
  }
});
