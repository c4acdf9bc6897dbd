import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasAwsCli } from '../support/aws-cli.ts';
import { runCli } from '../support/cli.ts';
import { type Identities, KEYS, SECRET, startIdentities } from '../support/identities.ts';

type Env = Readonly<Record<string, string>>;

const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = ${SECRET}\n`;
const printing = (credentials: object) =>
  `credential_process = echo '${JSON.stringify({ Version: 1, SecretAccessKey: SECRET, ...credentials })}'\n`;
const sso = 'sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\nregion = us-east-1\n';
const session = '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n';
const role = 'role_arn = arn:aws:iam::111122223333:role/r\n';
const environmentKeys: Env = { AWS_ACCESS_KEY_ID: KEYS.environment, AWS_SECRET_ACCESS_KEY: SECRET };

interface Situation {
  /** As the docs' table has it. */
  readonly what: string;
  /** Of ~/.aws/config. */
  readonly config: string;
  /** Of ~/.aws/credentials. */
  readonly credentials?: string;
  readonly env?: Env;
  /** `--profile`; null for none. */
  readonly profile?: string | null;
  /** The key id that is used, or what the refusal says. */
  readonly ours: string | RegExp;
  /** Where the AWS CLI does otherwise: the key id that it uses. */
  readonly cli?: string;
  /** The SSO token on disk: how long it holds; milliseconds. */
  readonly ssoToken?: number;
  readonly ssoRefusal?: { readonly status: number; readonly type: string };
}

const SITUATIONS: readonly Situation[] = [
  { what: 'keys', config: `[profile p]\n${keys(KEYS.profile)}`, ours: KEYS.profile },
  {
    what: 'keys, beside keys in the environment',
    config: `[profile p]\n${keys(KEYS.profile)}`,
    env: environmentKeys,
    ours: KEYS.profile,
  },
  {
    what: 'keys, named by AWS_PROFILE, beside keys in the environment',
    config: `[profile p]\n${keys(KEYS.profile)}`,
    env: { ...environmentKeys, AWS_PROFILE: 'p' },
    profile: null,
    ours: KEYS.profile,
    cli: KEYS.environment,
  },
  { what: 'a region only', config: '[profile p]\nregion = us-east-1\n', env: environmentKeys, ours: KEYS.container },
  { what: 'nothing at all', config: '[profile p]\n[profile q]\nregion = us-east-1\n', ours: KEYS.container },
  {
    what: 'a region only, named by AWS_PROFILE, beside keys in the environment',
    config: '[profile p]\nregion = us-east-1\n',
    env: { ...environmentKeys, AWS_PROFILE: 'p' },
    profile: null,
    ours: KEYS.environment,
  },
  {
    what: 'a name that no profile has',
    config: `[profile dev]\n${keys(KEYS.profile)}[default]\n${keys(KEYS.profile)}`,
    env: environmentKeys,
    ours: /^lambda-mcp: The profile "p" was asked for, and the AWS config files have no such profile\. They have: "default", "dev"\.$/,
  },
  {
    what: 'a name that no profile has, in AWS_PROFILE',
    config: `[profile dev]\n${keys(KEYS.profile)}`,
    env: { AWS_PROFILE: 'p' },
    profile: null,
    ours: /AWS_PROFILE is "p", and .* They have: "dev"\.$/,
  },
  {
    what: 'a name that no profile has, beside AWS_PROFILE and no files',
    config: '',
    env: { ...environmentKeys, AWS_PROFILE: 'p' },
    profile: null,
    ours: /none at all: make one with `aws configure --profile p`/,
  },
  {
    what: 'a key id without its secret',
    config: '',
    credentials: `[p]\naws_access_key_id = ${KEYS.profile}\n`,
    env: environmentKeys,
    ours: /"p" holds aws_access_key_id and no aws_secret_access_key\. .*aws configure --profile p/,
  },
  {
    what: 'a secret without its key id',
    config: '',
    credentials: `[p]\naws_secret_access_key = ${SECRET}\n`,
    ours: /"p" holds aws_secret_access_key and no aws_access_key_id\./,
    cli: KEYS.container,
  },
  {
    what: 'AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY',
    config: `[default]\n${keys(KEYS.profile)}`,
    env: { AWS_ACCESS_KEY_ID: KEYS.environment },
    profile: null,
    ours: /AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not\./,
  },
  {
    what: 'a `credential_process`',
    config: `[profile p]\n${printing({ AccessKeyId: KEYS.process })}`,
    ours: KEYS.process,
  },
  {
    what: 'a `credential_process` beside keys in the credentials file',
    config: `[profile p]\n${printing({ AccessKeyId: KEYS.process })}`,
    credentials: `[p]\n${keys(KEYS.profile)}`,
    ours: KEYS.profile,
  },
  {
    what: 'a `credential_process` beside keys in the config file',
    config: `[profile p]\n${printing({ AccessKeyId: KEYS.process })}${keys(KEYS.profile)}`,
    ours: KEYS.process,
  },
  {
    what: 'a `credential_process` that fails',
    config: `[profile p]\ncredential_process = sh -c "echo 'vault is sealed' >&2; exit 7"\n`,
    ours: /credential_process of profile "p" failed with exit code 7\. It says: vault is sealed\. /,
  },
  {
    what: 'a `credential_process` that does not exist',
    config: '[profile p]\ncredential_process = /no/such/program --token abc\n',
    ours: /credential_process of profile "p" failed with exit code 127/,
  },
  {
    what: 'a `credential_process` that prints no JSON',
    config: `[profile p]\ncredential_process = sh -c "echo 'Please sign in, ${SECRET}'; echo 'no session' >&2"\n`,
    ours: /printed no JSON object\. It says: no session\. /,
  },
  {
    what: 'a `credential_process` whose credentials have expired',
    config: `[profile p]\n${printing({ AccessKeyId: KEYS.process, Expiration: '2026-01-01T00:00:00Z' })}`,
    ours: /printed credentials that expired at 2026-01-01T00:00:00\.000Z/,
  },
  {
    what: 'a failing `credential_process` of the profile `default`, which nobody named',
    config: '[default]\ncredential_process = sh -c "exit 7"\n',
    profile: null,
    ours: /credential_process of profile "default" failed with exit code 7/,
  },
  {
    what: 'a role, with a source profile',
    config: `[profile p]\n${role}source_profile = s\n[profile s]\n${keys(KEYS.profile)}`,
    ours: KEYS.role,
  },
  {
    what: 'a role whose source is itself',
    config: `[profile p]\n${role}source_profile = p\n${keys(KEYS.profile)}`,
    ours: KEYS.role,
  },
  {
    what: 'a role, with the environment as its source',
    config: `[profile p]\n${role}credential_source = Environment\n`,
    env: environmentKeys,
    ours: KEYS.role,
  },
  {
    what: 'a role whose source profile is missing',
    config: `[profile p]\n${role}source_profile = gone\n[profile dev]\n${keys(KEYS.profile)}`,
    ours: /source_profile of "p" is "gone", and the AWS config files have no such profile\. They have: "dev", "p"\./,
  },
  {
    what: 'a role whose source profile holds nothing',
    config: `[profile p]\n${role}source_profile = s\n[profile s]\nregion = us-east-1\n`,
    ours: /profile "s" is the source_profile of "p", and names none\./,
    // botocore looks for a web identity first, finds none, and refuses as well.
  },
  {
    what: 'a role whose source profile fails',
    config: `[profile p]\n${role}source_profile = s\n[profile s]\ncredential_process = sh -c "exit 7"\n`,
    ours: /credential_process of profile "s" failed with exit code 7/,
  },
  {
    what: 'a role that leads back to itself',
    config: `[profile p]\n${role}source_profile = s\n[profile s]\n${role}source_profile = p\n`,
    ours: /by source_profile: p → s → p\./,
  },
  {
    what: 'a role without a source',
    config: `[profile p]\n${role}`,
    ours: /neither source_profile nor credential_source/,
  },
  {
    what: 'a role with MFA',
    config: `[profile p]\n${role}source_profile = s\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n[profile s]\n${keys(KEYS.profile)}`,
    ours: /asks for a code of the MFA device arn:aws:iam::111122223333:mfa\/me, .*aws configure export-credentials --profile p/,
  },
  {
    what: 'a role by web identity whose token file is missing',
    config: `[profile p]\n${role}web_identity_token_file = /no/such/token\n`,
    ours: /web identity token file of profile "p" cannot be read \(ENOENT\): \/no\/such\/token/,
  },
  { what: 'an SSO session', config: `[profile p]\n${sso}${session}`, ssoToken: 3_600_000, ours: KEYS.role },
  {
    what: 'an SSO session that was never begun',
    config: `[profile p]\n${sso}${session}`,
    ours: /"p" has no SSO session that is valid now\. Sign in with `aws sso login --profile p`\.$/,
  },
  {
    what: 'an SSO session that has ended',
    config: `[profile p]\n${sso}${session}`,
    ssoToken: -1000,
    ours: /Sign in with `aws sso login --profile p`\.$/,
  },
  {
    what: 'an SSO session that was revoked',
    config: `[profile p]\n${sso}${session}`,
    ssoToken: 3_600_000,
    ssoRefusal: { status: 401, type: 'UnauthorizedException' },
    ours: /Sign in with `aws sso login --profile p`\.$/,
  },
  {
    what: 'an SSO role that is not yours',
    config: `[profile p]\n${sso}${session}`,
    ssoToken: 3_600_000,
    ssoRefusal: { status: 403, type: 'ForbiddenException' },
    ours: /refused its role r in account 111122223333 by IAM Identity Center/,
  },
  {
    what: 'an SSO session that is not in the config file',
    config: `[profile p]\n${sso}`,
    ours: /names the sso-session "corp", which is not in the AWS config file\. .*aws configure sso-session/,
  },
  {
    what: 'an SSO session without account and role',
    config: `[profile p]\nsso_session = corp\n${session}`,
    ours: /signs in by SSO and lacks sso_account_id, sso_role_name\. .*aws configure sso --profile p/,
    cli: KEYS.container,
  },
  {
    what: '`aws login` that was never done',
    config: '[profile p]\nlogin_session = arn:aws:iam::111122223333:user/me\nregion = us-east-1\n',
    ours: /"p" has no session of `aws login` that is valid now\. Sign in with `aws login --profile p`\.$/,
  },
  {
    what: 'a name that the AWS SDK cannot read',
    config: `[profile "my profile"]\n${keys(KEYS.profile)}`,
    profile: 'my profile',
    ours: /"my profile" was asked for, whose name the AWS SDK cannot read/,
    cli: KEYS.profile,
  },
];

let identities: Identities;
beforeAll(async () => {
  identities = await startIdentities();
});
afterAll(() => identities.close());

/** A home with these files. */
function homeOf({ config, credentials = '', env, ssoToken, ssoRefusal }: Situation): Env {
  const HOME = mkdtempSync(join(tmpdir(), 'profiles-'));
  mkdirSync(join(HOME, '.aws/sso/cache'), { recursive: true });
  writeFileSync(join(HOME, '.aws/config'), config);
  writeFileSync(join(HOME, '.aws/credentials'), credentials);
  if (ssoToken !== undefined) {
    const token = { accessToken: 'bearer', expiresAt: new Date(Date.now() + ssoToken).toISOString() };
    const name = `${createHash('sha1').update('corp').digest('hex')}.json`;
    const session = { startUrl: 'https://corp.awsapps.com/start', region: 'us-east-1', ...token };
    writeFileSync(join(HOME, '.aws/sso/cache', name), JSON.stringify(session));
  }
  identities.ssoRefusal = ssoRefusal;
  identities.asked.length = 0;
  const region = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' };
  const common = { PATH: process.env.PATH ?? '', HOME, ...region, AWS_EC2_METADATA_DISABLED: 'true' };
  return { ...common, ...identities.environment, ...env };
}

const profileFlag = ({ profile = 'p' }: Situation) => (profile === null ? [] : ['--profile', profile]);

describe('a profile', () => {
  it.each(SITUATIONS)('that is or holds $what', async (situation) => {
    const env = homeOf(situation);
    const { code, stdout, stderr } = await runCli(['tools', identities.origin, ...profileFlag(situation)], { env });
    const used = identities.asked.find(({ operation }) => operation === 'target')?.keyId;
    expect(stdout).toBe('');
    // One line, and none of the AWS SDK's own.
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(SECRET.slice(0, 8));
    if (typeof situation.ours === 'string') return expect(used).toBe(situation.ours);
    expect({ code, used, stderr: stderr.trim() }).toEqual({
      code: 3,
      used: undefined,
      stderr: expect.stringMatching(situation.ours),
    });
  });

  it.runIf(hasAwsCli).each(SITUATIONS)('that is or holds $what is the same to the AWS CLI', async (situation) => {
    const env = homeOf(situation);
    const child = spawn('aws', ['sts', 'get-caller-identity', ...profileFlag(situation)], { env, stdio: 'ignore' });
    await new Promise((resolve) => child.once('close', resolve));
    const used = identities.asked.find(({ operation }) => operation === 'GetCallerIdentity')?.keyId;
    expect(used).toBe(situation.cli ?? (typeof situation.ours === 'string' ? situation.ours : undefined));
  });

  it('has a row in the docs for each of these', () => {
    const page = readFileSync('docs/credentials-and-networks.md', 'utf8');
    for (const { what } of SITUATIONS) expect(page).toContain(`| ${what} |`);
  });
});
