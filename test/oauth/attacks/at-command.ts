import { spawn } from 'node:child_process';
import { CLI, runCli } from '../../support/cli.ts';
import {
  type Behaviour,
  type HostileIssuer,
  issuerMetadata,
  startHostileIssuer,
} from '../../support/hostile-issuer.ts';
import { newHome } from '../../support/signed-in-server.ts';
import type { Attack, Attacks } from './attack.ts';

type Environment = Readonly<Record<string, string>>;

/** What a server does, which may speak of itself and of one that nobody should ask. */
type Trick = (issuer: HostileIssuer, otherOrigin: string) => Behaviour;

/** Path whose request would be too late to refuse. */
const [SIGN_IN, TOKENS] = ['GET /as/authorize', 'POST /as/token'];

/** Servers that trick the command, which signs a person in by `login --no-browser`. */
export async function attacksAtCommand(): Promise<Attacks> {
  /** @param spared what must not be asked, where the attack is refused before that */
  async function attempt(trick: Trick, spared?: string): Promise<string> {
    await using other = await startHostileIssuer();
    await using issuer = await startHostileIssuer();
    issuer.behaviour = trick(issuer, new URL(other.url).origin);
    const env = { ...newHome(), OAUTH_CLIENT_ID: 'the-client' };
    const login = await logIn(issuer.url, env);
    const hasToken = login.code === 0 && issuer.behaviour.server !== undefined;
    const { code, stderr } = hasToken ? await runCli(['tools', issuer.url, '--auth', 'oauth'], { env }) : login;
    const asked = (of: HostileIssuer) => of.asked.map(({ path }) => path);
    if (other.asked.length > 0) return `another server was asked: ${asked(other).join(', ')}`;
    if (spared !== undefined && asked(issuer).includes(spared)) return `too late: the server had ${spared}`;
    return code === 0 ? 'ok' : `${code} ${stderr.replaceAll(/\s+/g, ' ')}`;
  }
  const attack = (
    [what, check]: readonly [string, string],
    refusal: RegExp,
    trick: Trick,
    spared?: string,
    honest: Trick = () => ({}),
  ): Attack => ({
    ...{ at: 'command', what, check, refusal },
    attempt: () => attempt(trick, spared),
    legal: () => attempt(honest),
  });
  const metadata = ({ url }: HostileIssuer, changed: object) => ({
    metadata: { ...issuerMetadata(new URL(url).origin), ...changed },
  });
  const announced = (issuer: HostileIssuer) =>
    metadata(issuer, { authorization_response_iss_parameter_supported: true });
  const honestIss: Trick = (issuer) => ({ ...announced(issuer), redirect: { iss: issuer.issuer } });
  const resource = (issuer: HostileIssuer, changed: object) => ({
    protectedResource: { resource: issuer.url, authorization_servers: [issuer.issuer], ...changed },
  });

  const attacks: Attack[] = [
    attack(
      ['the answer to another sign-in', 'state'],
      /answer to another sign-in/,
      () => ({ redirect: { state: 'another' } }),
      TOKENS,
    ),
    attack(
      ['an answer without state', 'state'],
      /answer to another sign-in/,
      () => ({ redirect: { state: undefined } }),
      TOKENS,
    ),
    attack(
      ['mix-up: the code of another issuer', 'iss, in the redirect'],
      /came from .*and not from/,
      (issuer, other) => ({ ...announced(issuer), redirect: { iss: other } }),
      TOKENS,
      honestIss,
    ),
    attack(
      ['mix-up: iss left out, though it is announced', 'iss, in the redirect'],
      /an issuer that it does not name/,
      announced,
      TOKENS,
      honestIss,
    ),
    attack(
      ['mix-up: the iss of another issuer, not announced', 'iss, in the redirect'],
      /came from .*and not from/,
      (_, other) => ({ redirect: { iss: other } }),
      TOKENS,
    ),
    attack(
      ['metadata of another issuer', 'issuer, in the metadata'],
      /came from .*and not from/,
      (issuer, other) => metadata(issuer, { issuer: other }),
      SIGN_IN,
    ),
    attack(
      ['metadata of another resource', 'resource, in the metadata'],
      /those of another server/,
      (issuer, other) => resource(issuer, { resource: `${other}/` }),
      SIGN_IN,
    ),
    attack(
      ['a challenge that names metadata at another origin', 'origin of resource_metadata'],
      /are at its own origin/,
      (_, other) => ({ resourceMetadata: `${other}/.well-known/oauth-protected-resource` }),
      SIGN_IN,
    ),
    attack(
      ['an issuer in the clear', 'https'],
      /is not https/,
      (issuer) => resource(issuer, { authorization_servers: ['http://auth.example.com'] }),
      SIGN_IN,
    ),
    attack(
      ['a token endpoint in the clear', 'https'],
      /is not https/,
      (issuer) => metadata(issuer, { token_endpoint: 'http://auth.example.com/token' }),
      SIGN_IN,
    ),
    attack(
      ['500 from discovery', 'metadata, which nothing stands in for'],
      /fails \(500\)/,
      () => ({ metadata: 500 }),
      SIGN_IN,
    ),
    attack(
      ['PKCE downgrade: an issuer that knows plain alone', 'code_challenge_methods_supported'],
      /code challenge method S256/,
      (issuer) => metadata(issuer, { code_challenge_methods_supported: ['plain'] }),
      SIGN_IN,
    ),
    attack(
      ['a token endpoint that sends code and verifier elsewhere', 'no redirect is followed'],
      /redirects \(307\)/,
      (_, other) => ({ token: `${other}/as/token` }),
    ),
    attack(
      ['a server that sends the token elsewhere', 'a redirect to its own origin alone'],
      /redirects/,
      (_, other) => ({ server: `${other}/mcp` }),
    ),
  ];
  return { attacks, [Symbol.asyncDispose]: async () => {} };
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
    fetch(page, { redirect: 'manual' }).then(
      (response) => child.stdin.end(`${response.headers.get('location')}\n`),
      () => child.stdin.end(),
    );
  });
  child.stdout.resume();
  child.stdin.on('error', () => {});
  return new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('close', (code) => fulfil({ code, stderr }));
  });
}
