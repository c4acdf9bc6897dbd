import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, CLI, runCli } from '../../support/cli.ts';
import type { Attack, Attacks } from './attack.ts';
import { startTrickster, type Tricks } from './trickster.ts';

type Environment = Readonly<Record<string, string>>;

/** Servers that trick the command, which signs a person in by `login --no-browser` and then lists the tools. */
export async function attacksAtCommand(): Promise<Attacks> {
  const scratch = mkdtempSync(join(tmpdir(), 'oauth-attacks-'));
  let count = 0;

  /** @param spared path that must not be asked, where the attack is refused before that */
  async function attempt(tricks: Tricks, spared?: string): Promise<string> {
    await using other = await startTrickster();
    await using server = await startTrickster(tricks, other.origin);
    // Nobody is signed in there yet.
    const env = { ...bareEnvironment, XDG_STATE_HOME: join(scratch, String(count++)), OAUTH_CLIENT_ID: 'the-client' };
    const target = `${server.origin}/`;
    const login = await logIn(target, env);
    const { code, stderr } = login.code === 0 ? await runCli(['tools', target, '--auth', 'oauth'], { env }) : login;
    if (other.seen.length > 0) return `another server was asked: ${other.seen.join('; ')}`;
    const asked = server.seen.find((each) => spared !== undefined && each.startsWith(spared));
    if (asked !== undefined) return `too late: the server had ${asked}`;
    return code === 0 ? 'ok' : `${code} ${stderr.replaceAll(/\s+/g, ' ')}`;
  }
  const attack = (
    what: string,
    check: string,
    refusal: RegExp,
    tricks: Tricks,
    spared?: string,
    honest: Tricks = {},
  ): Attack => ({
    ...{ at: 'command', what, check, refusal },
    attempt: () => attempt(tricks, spared),
    legal: () => attempt(honest),
  });
  const issSupported = { metadata: () => ({ authorization_response_iss_parameter_supported: true }) };
  const honestIss: Tricks = {
    ...issSupported,
    back: (callback, { origin }) => callback.searchParams.set('iss', origin),
  };

  const attacks: Attack[] = [
    attack(
      'the answer to another sign-in',
      'state',
      /answer to another sign-in/,
      {
        back: (callback) => callback.searchParams.set('state', 'another'),
      },
      '/token',
    ),
    attack(
      'an answer without state',
      'state',
      /answer to another sign-in/,
      {
        back: (callback) => callback.searchParams.delete('state'),
      },
      '/token',
    ),
    attack(
      'mix-up: the code of another issuer',
      'iss, in the redirect',
      /came from .*and not from/,
      {
        ...issSupported,
        back: (callback, { other }) => callback.searchParams.set('iss', other),
      },
      '/token',
      honestIss,
    ),
    attack(
      'mix-up: iss left out, though it is announced',
      'iss, in the redirect',
      /an issuer that it does not name/,
      issSupported,
      '/token',
      honestIss,
    ),
    attack(
      'an iss that was not announced, of another issuer',
      'iss, in the redirect',
      /came from .*and not from/,
      {
        back: (callback, { other }) => callback.searchParams.set('iss', other),
      },
      '/token',
    ),
    attack(
      'metadata of another issuer',
      'issuer, in the metadata',
      /came from .*and not from/,
      {
        metadata: ({ other }) => ({ issuer: other }),
      },
      '/authorize',
    ),
    attack(
      'metadata of another resource',
      'resource, in the metadata',
      /those of another server/,
      {
        resource: ({ other }) => ({ resource: `${other}/` }),
      },
      '/authorize',
    ),
    attack(
      'a challenge that names metadata at another origin',
      'origin of resource_metadata',
      /are at its own origin/,
      {
        metadataUrl: ({ other }) => `${other}/.well-known/oauth-protected-resource`,
      },
      '/authorize',
    ),
    attack(
      'an issuer in the clear',
      'https',
      /is not https/,
      {
        resource: () => ({ authorization_servers: ['http://auth.example.com'] }),
      },
      '/authorize',
    ),
    attack(
      'a token endpoint in the clear',
      'https',
      /is not https/,
      {
        metadata: () => ({ token_endpoint: 'http://auth.example.com/token' }),
      },
      '/authorize',
    ),
    attack(
      '500 from discovery',
      'metadata, which nothing stands in for',
      /fails \(500\)/,
      { metadata: () => 500 },
      '/authorize',
    ),
    attack(
      'PKCE downgrade: an issuer that knows plain alone',
      'code_challenge_methods_supported',
      /code challenge/i,
      {
        metadata: () => ({ code_challenge_methods_supported: ['plain'] }),
      },
      '/authorize',
    ),
    attack('a token endpoint that sends code and verifier elsewhere', 'no redirect is followed', /redirects \(307\)/, {
      tokenElsewhere: ({ other }) => `${other}/token`,
    }),
    attack('a server that sends the token elsewhere', 'a redirect to its own origin alone', /redirects/, {
      serverElsewhere: ({ other }) => `${other}/`,
    }),
  ];
  return { attacks, [Symbol.asyncDispose]: async () => rmSync(scratch, { recursive: true, force: true }) };
}

/** `lambda-mcp login`, and a person who opens its URL and pastes where they came back to. */
function logIn(target: string, env: Environment): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [CLI, 'login', target, '--no-browser'], { env });
  let stderr = '';
  let isOpened = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const page = /^(http:\S+)\n/m.exec(stderr)?.[1];
    if (page === undefined || isOpened) return;
    isOpened = true;
    void fetch(page, { redirect: 'manual' }).then((response) =>
      child.stdin.end(`${response.headers.get('location')}\n`),
    );
  });
  child.stdout.resume();
  child.stdin.on('error', () => {});
  return new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('close', (code) => fulfil({ code, stderr }));
  });
}
