import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../cli/dev/pool-variables.ts';
import { runCli } from '../support/cli.ts';
import {
  type Behaviour,
  GIVEN,
  type HostileIssuer,
  issuerMetadata,
  startHostileIssuer,
} from '../support/hostile-issuer.ts';
import { newHome } from '../support/signed-in-server.ts';

type Env = Record<string, string>;

const BROWSER = fileURLToPath(new URL('../fixtures/plain-browser.ts', import.meta.url));
let port = 0;
let issuer: HostileIssuer;
let other: HostileIssuer;
beforeAll(async () => {
  issuer = await startHostileIssuer();
  other = await startHostileIssuer();
  port = await freePort();
});
afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const each of [issuer, other]) {
    each.behaviour = {};
    each.asked.length = 0;
  }
});

function person(changed: Env = {}): Env {
  return {
    ...newHome(),
    OAUTH_CLIENT_ID: 'people',
    OAUTH_REDIRECT_URI: `http://127.0.0.1:${port}/callback`,
    BROWSER: `'${process.execPath}' '${BROWSER}'`,
    ...changed,
  };
}

const origin = () => new URL(issuer.url).origin;
const right = () => issuerMetadata(origin());
const asksTokens = (each: HostileIssuer) => each.asked.filter(({ path }) => path === 'POST /as/token');

/** What is refused before a browser is opened, or a code redeemed. Each: what is done, and the check that refuses it. */
const ATTACKS: Readonly<Record<string, [() => Behaviour, RegExp, number]>> = {
  'metadata of another server': [
    () => ({ protectedResource: { resource: 'https://bank.example.com/mcp', authorization_servers: [issuer.issuer] } }),
    /those of another server: https:\/\/bank/,
    4,
  ],
  'metadata at another origin': [
    () => ({ resourceMetadata: `${new URL(other.url).origin}/.well-known/oauth-protected-resource/mcp` }),
    /names metadata at http:\S+ A server's own are at its own origin/,
    4,
  ],
  'metadata that redirect': [
    () => ({ protectedResource: `${new URL(other.url).origin}/.well-known/oauth-protected-resource/mcp` }),
    /redirects \(307\)/,
    4,
  ],
  'metadata that fail': [() => ({ protectedResource: 500 }), /cannot be read \(500\)/, 5],
  'an issuer by http': [
    () => ({ protectedResource: { resource: issuer.url, authorization_servers: ['http://id.example.com'] } }),
    /http:\/\/id\.example\.com\/ is not https/,
    4,
  ],
  'an issuer that is no URL': [
    () => ({ protectedResource: { resource: issuer.url, authorization_servers: ['javascript:alert(1)'] } }),
    /are not as RFC 9728 has them/,
    1,
  ],
  "an issuer's metadata that name another issuer": [
    () => ({ metadata: { ...right(), issuer: 'https://id.example.com' } }),
    /came from https:\/\/id\.example\.com, and not from/,
    4,
  ],
  "an issuer's metadata that redirect": [() => ({ metadata: `${origin()}/elsewhere` }), /redirects \(307\)/, 4],
  "an issuer's metadata that fail": [() => ({ metadata: 500 }), /fails \(500\)/, 5],
  'PKCE that is plain': [
    () => ({ metadata: { ...right(), code_challenge_methods_supported: ['plain'] } }),
    /does not support code challenge method S256/,
    4,
  ],
  'a page to sign in that is a file': [
    () => ({ metadata: { ...right(), authorization_endpoint: 'file:///etc/passwd' } }),
    /is not https|no OAuth|none that OAuth knows/,
    4,
  ],
  'tokens by http': [
    () => ({ metadata: { ...right(), token_endpoint: 'http://id.example.com/token' } }),
    /http:\/\/id\.example\.com\/token is not https/,
    4,
  ],
  'an answer of another issuer': [
    () => ({ redirect: { iss: 'https://id.example.com' } }),
    /The answer came from https:\/\/id\.example\.com, and not from/,
    4,
  ],
  'an answer without the issuer that was announced': [
    () => ({ metadata: { ...right(), authorization_response_iss_parameter_supported: true } }),
    /an issuer that it does not name/,
    4,
  ],
  'an error of another issuer, which is not repeated': [
    () => ({ redirect: { code: undefined, error: 'CALL-0800-SCAM', iss: 'https://id.example.com' } }),
    /^(?!.*SCAM).*came from https:\/\/id/s,
    4,
  ],
};

describe('signing in refuses', () => {
  it.each(Object.entries(ATTACKS))('%s', async (_, [behaviour, message, exitCode]) => {
    issuer.behaviour = behaviour();
    const { code, stdout, stderr } = await runCli(['login', issuer.url], { env: person() });
    const said = stderr.split('lambda-mcp: ').at(-1) ?? '';
    expect(said).toMatch(message);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect([...asksTokens(issuer), ...other.asked]).toEqual([]);
  });

  it('a remote server that sends it to this machine', async () => {
    const { assertSafe } = await import('../../cli/auth/oauth-fetch.ts');
    const remote = new URL('https://mcp.example.com/');
    for (const url of [
      'http://127.0.0.1:1/',
      'https://localhost/',
      'http://[::1]/',
      'https://user:pass@id.example.com/',
    ]) {
      expect(() => assertSafe(new URL(url), remote)).toThrow();
    }
    expect(() => assertSafe(new URL('https://id.example.com/'), remote)).not.toThrow();
  });

  it('a secret for an issuer that is not the one it is for', async () => {
    const { OAUTH_REDIRECT_URI: _, ...env } = person({
      OAUTH_CLIENT_SECRET: 'c2VjcmV0LW9mLW1hY2hpbmU',
      OAUTH_CLIENT_ID: 'machine',
    });
    expect((await runCli(['login', issuer.url], { env })).code).toBe(0);
    expect(asksTokens(issuer)[0]?.headers.authorization).toBe(`Basic ${btoa('machine:c2VjcmV0LW9mLW1hY2hpbmU')}`);
    // The server changes its mind, and refuses the token.
    issuer.behaviour = { protectedResource: { resource: issuer.url, authorization_servers: [other.issuer] } };
    const file = readdirSync(folderOf(env))[0] ?? '';
    const kept = JSON.parse(readFileSync(join(folderOf(env), file), 'utf8'));
    writeFileSync(join(folderOf(env), file), JSON.stringify({ ...kept, accessToken: 'not-good-any-more' }));
    const { code, stderr } = await runCli(['tools', issuer.url, '--auth', 'oauth'], { env });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/names \S+ as where to sign in, and not/)]);
    expect(asksTokens(other)).toEqual([]);
    expect(stderr).not.toContain('c2VjcmV0');
  });
});

const folderOf = (env: Env) => join(env.XDG_STATE_HOME ?? '', 'lambda-mcp', 'sign-ins');

describe('signing in', () => {
  it('is at OAUTH_ISSUER where the server names several', async () => {
    const authorization_servers = [other.issuer, issuer.issuer];
    issuer.behaviour = { protectedResource: { resource: issuer.url, authorization_servers } };
    expect((await runCli(['login', issuer.url], { env: person({ OAUTH_ISSUER: issuer.issuer }) })).code).toBe(0);
    expect([asksTokens(issuer).length, other.asked]).toEqual([1, []]);
  });

  it('leaves the answer to another sign-in where it is, and waits for its own', async () => {
    issuer.behaviour = { forged: { code: 'forged-code', state: 'of-somebody-else' } };
    const { code } = await runCli(['login', issuer.url], { env: person() });
    expect(code).toBe(0);
    const [exchange] = asksTokens(issuer);
    expect(exchange?.form.get('code')).toBe('code-MTIzNDU2Nzg5');
    expect(exchange?.form.get('code_verifier')).toMatch(/^[\w.~-]{43,128}$/);
    expect(exchange?.form.get('resource')).toBe(issuer.url);
  });

  it.each([
    ['redirects', () => `${new URL(other.url).origin}/as/token`, /redirects \(307\)/],
    [
      'gives a token that is no bearer token',
      () => ({ access_token: GIVEN.accessToken, token_type: 'mac' }),
      /no bearer tokens/,
    ],
    ['fails', () => 500, /none that OAuth knows/],
    ['gives something else', () => ({ token: GIVEN.accessToken }), /none that OAuth knows/],
  ])('keeps and tells nothing where the token endpoint %s', async (_, token, message) => {
    issuer.behaviour = { token: token() };
    const env = person();
    const { code, stdout, stderr } = await runCli(['login', issuer.url, '--debug', '--json'], { env });
    expect(stderr.split('\n').at(-2)).toMatch(message);
    expect(code).not.toBe(0);
    expect(readdirSync(folderOf(env))).toEqual([]);
    expect(stdout + stderr).not.toMatch(/access-Q|code-M/);
    expect(other.asked).toEqual([]);
  });

  it('sends its tokens to its own server only, and not where that one redirects to', async () => {
    const env = person();
    expect((await runCli(['login', issuer.url], { env })).code).toBe(0);
    const elsewhere = await runCli(['tools', other.url, '--auth', 'oauth'], { env });
    expect(elsewhere.code).toBe(3);
    expect(other.asked.filter(({ headers }) => headers.authorization)).toEqual([]);
  });

  it.each([
    ['breaks off', '{"server":'],
    ['is of another server', undefined],
  ])('asks for a new one where the file that keeps it %s', async (_, text) => {
    const env = person();
    await runCli(['login', issuer.url], { env });
    const file = join(folderOf(env), readdirSync(folderOf(env))[0] ?? '');
    writeFileSync(file, text ?? readFileSync(file, 'utf8').replaceAll(issuer.url, other.url));
    expect((await runCli(['tools', issuer.url, '--auth', 'oauth'], { env })).code).toBe(3);
    expect((await runCli(['login', issuer.url], { env })).code).toBe(0);
  });

  it('shows an issuer no refresh token twice, though several processes renew at once', async () => {
    issuer.behaviour = { rotates: true };
    const env = person();
    await runCli(['login', issuer.url], { env });
    const lists = Array.from({ length: 4 }, () => runCli(['tools', issuer.url, '--auth', 'oauth'], { env }));
    // The server knows no method: it was reached.
    for (const { stderr } of await Promise.all(lists)) expect(stderr).toContain('unknown (-32601)');
    const shown = asksTokens(issuer).flatMap(({ form }) => form.get('refresh_token') ?? []);
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown).size).toBe(shown.length);
  });

  it('takes over the locks of processes that are dead', async () => {
    const env = person();
    await runCli(['login', issuer.url], { env });
    const [file = ''] = readdirSync(folderOf(env));
    mkdirSync(folderOf(env), { recursive: true });
    const dead = JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1 });
    for (const kind of ['sign-in', 'refresh'])
      writeFileSync(join(folderOf(env), file.replace(/json$/, `${kind}.lock`)), dead);
    expect((await runCli(['login', issuer.url], { env })).code).toBe(0);
    expect(readdirSync(folderOf(env)).filter((name) => name.endsWith('sign-in.lock'))).toEqual([]);
  });
});
