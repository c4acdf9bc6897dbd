import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../local/listen.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { type Identities, KEYS, SECRET, startIdentities } from '../support/identities.ts';

let identities: Identities;
beforeAll(async () => {
  identities = await startIdentities();
});
beforeEach(() => {
  identities.asked.length = 0;
});
afterAll(() => identities.close());

const config = join(mkdtempSync(join(tmpdir(), 'target-options-')), 'config');
writeFileSync(
  config,
  `[profile p]\nregion = ap-south-1\naws_access_key_id = ${KEYS.profile}\naws_secret_access_key = ${SECRET}\n`,
);
const env = { ...bareEnvironment, AWS_CONFIG_FILE: config, AWS_PROFILE: 'p' };

describe('a request is signed', () => {
  it.each([
    ['in the profile’s region, where neither host nor environment tells', [], {}, 'ap-south-1'],
    ['in the environment’s region before the profile’s', [], { AWS_REGION: 'eu-north-1' }, 'eu-north-1'],
    ['in --region before all', ['--region', 'sa-east-1'], { AWS_REGION: 'eu-north-1' }, 'sa-east-1'],
    [
      'for --signing-host, as that tells',
      ['--signing-host', 'abc.lambda-url.eusc-de-east-1.on.amazonwebservices.eu:443'],
      { AWS_REGION: 'eu-north-1' },
      'eusc-de-east-1',
    ],
  ])('%s', async (_, flags, more, region) => {
    const { code } = await runCli(['tools', identities.origin, ...flags], { env: { ...env, ...more } });
    expect(code).toBe(4);
    expect(identities.asked).toEqual([{ operation: 'target', keyId: KEYS.profile, region }]);
    const doctor = await runCli(['doctor', identities.origin, '--json', ...flags], { env: { ...env, ...more } });
    expect(JSON.parse(doctor.stdout).checks[0].detail).toContain(`signed for lambda in ${region}`);
  });

  it('for nothing where no region is to be had, which ends with 2', async () => {
    const noRegion = { ...bareEnvironment, AWS_ACCESS_KEY_ID: KEYS.profile, AWS_SECRET_ACCESS_KEY: SECRET };
    const { code, stderr } = await runCli(['tools', identities.origin], { env: noRegion });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give --region, or set AWS_REGION'),
    });
    expect(identities.asked).toEqual([]);
  });
});

describe('doctor', () => {
  const steps = async (more: Readonly<Record<string, string>>) => {
    const { stdout } = await runCli(['doctor', identities.origin, '--json'], {
      env: { ...env, AWS_REGION: 'us-east-1', ...more },
    });
    const checks: { step: string; status: string; detail: string; advice?: string }[] = JSON.parse(stdout).checks;
    return Object.fromEntries(checks.map((check) => [check.step, check]));
  };

  it('says where the credentials are from, and which were left out', async () => {
    const { credentials } = await steps({ AWS_ACCESS_KEY_ID: KEYS.environment, AWS_SECRET_ACCESS_KEY: SECRET });
    expect(credentials).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`${KEYS.profile} from profile "p" of the AWS config files`),
      advice: expect.stringContaining('AWS_ACCESS_KEY_ID is set too, and left out here.'),
    });
  });

  it('says at its identity step why there are no credentials', async () => {
    const { credentials, identity } = await steps({ AWS_PROFILE: 'nope' });
    expect(credentials).toMatchObject({ status: 'fail', advice: 'They have: "p".' });
    expect(identity).toMatchObject({ status: 'unknown', detail: expect.stringContaining(credentials?.detail ?? '-') });
  });

  it('says at its identity step why STS was not reached', async () => {
    const gone = await listen(() => {});
    await gone.close();
    const { identity } = await steps({ AWS_ENDPOINT_URL_STS: gone.origin });
    expect(identity).toMatchObject({
      status: 'unknown',
      detail: expect.stringMatching(/^STS was not reached at 127\.0\.0\.1:\d+\. Nothing listens at 127\.0\.0\.1:\d+/),
    });
  });
});
