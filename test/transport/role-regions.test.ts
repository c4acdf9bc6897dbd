import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Identities, KEYS, SECRET, startIdentities } from '../support/identities.ts';

let identities: Identities;
const folder = mkdtempSync(join(tmpdir(), 'role-regions-'));
beforeAll(async () => {
  identities = await startIdentities();
  const config = join(folder, 'config');
  const role = (partition: string, more = '') =>
    `role_arn = arn:${partition}:iam::111122223333:role/r\nsource_profile = base\n${more}`;
  writeFileSync(
    config,
    `[profile base]\naws_access_key_id = ${KEYS.profile}\naws_secret_access_key = ${SECRET}\n` +
      ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso'].map((id) => `[profile ${id}]\n${role(id)}`).join('') +
      `[profile placed]\n${role('aws', 'region = ap-south-1\n')}` +
      `[profile token]\nrole_arn = arn:aws-cn:iam::111122223333:role/r\nweb_identity_token_file = ${config}\n`,
  );
  const unset = ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID'];
  for (const name of unset) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(identities.environment)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
});
beforeEach(() => {
  identities.asked.length = 0;
  vi.stubEnv('AWS_REGION', undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await identities.close();
});

const post = { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' };
const asked = (operation: string) => identities.asked.find((each) => each.operation === operation);

it.each([
  ['aws-cn', 'cn-north-1', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-east-1', 'us-gov-east-1'],
  ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1'],
  ['aws', 'eu-central-1', 'eu-central-1'],
  ['placed', 'eu-central-1', 'eu-central-1'],
  // A region of another partition is none of the role's.
  ['aws-cn', 'us-east-1', 'cn-northwest-1'],
  ['aws-iso', 'us-east-1', 'us-iso-east-1'],
])('a role of the profile %s, for a target in %s, is asked for in %s', async (profile, region, expected) => {
  await sigv4Fetch({ profile, region })(identities.origin, post);
  expect(asked('AssumeRole')).toEqual({ operation: 'AssumeRole', keyId: KEYS.profile, region: expected });
  expect(asked('target')).toEqual({ operation: 'target', keyId: KEYS.role, region });
});

it('the region is the ARN’s where a function is invoked', async () => {
  const arn = 'arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f';
  await invokeFetch(arn, { profile: 'aws-us-gov', endpoint: identities.origin })('https://x/', post);
  expect(asked('AssumeRole')).toMatchObject({ region: 'us-gov-west-1' });
});

it('a role by web identity is of the profile', async () => {
  await sigv4Fetch({ profile: 'token', region: 'cn-north-1' })(identities.origin, post);
  expect(asked('target')).toMatchObject({ keyId: KEYS.webIdentity });
});

it('a provider that is given hears of the region, as from an AWS client', async () => {
  const regions: unknown[] = [];
  const credentials = async ({ callerClientConfig }: { callerClientConfig?: { region(): Promise<string> } } = {}) => {
    regions.push(await callerClientConfig?.region());
    return { accessKeyId: KEYS.profile, secretAccessKey: SECRET };
  };
  await sigv4Fetch({ credentials, region: 'cn-north-1' })(identities.origin, post);
  expect(regions).toEqual(['cn-north-1']);
});

it.each([
  [60, 1],
  [4, 1],
  [0.5, 3],
])('credentials that hold for %d minutes are asked for %d times by three requests', async (minutes, times) => {
  let count = 0;
  const credentials = async () => {
    count += 1;
    const expiration = new Date(Date.now() + minutes * 60_000);
    return { accessKeyId: KEYS.profile, secretAccessKey: SECRET, expiration };
  };
  const send = sigv4Fetch({ credentials, region: 'us-east-1' });
  for (let request = 0; request < 3; request += 1) await send(identities.origin, post);
  expect(count).toBe(times);
});
