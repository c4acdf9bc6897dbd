import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentRegion, findSigningScope, isLoopback, signingScope } from '../../transport/signing-scope.ts';

afterEach(() => vi.unstubAllEnvs());

/** As if the shell had set these, and none of the others. */
function environment(values: Readonly<Record<string, string>>): void {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, values[name]);
}

it.each([
  ['localhost', true],
  ['a.localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['[::1]', true],
  ['.localhost', false],
  ['localhost.example', false],
  ['evil-localhost', false],
  ['127.0.0.1.example', false],
  ['x127.0.0.1', false],
  ['128.0.0.1', false],
  ['127.0.0', false],
  ['[::2]', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it.each([
  [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, 'eu-west-1'],
  [{ AWS_DEFAULT_REGION: 'us-east-1' }, 'us-east-1'],
  [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-1' }, 'us-east-1'],
  [{ AWS_REGION: '' }, undefined],
  [{}, undefined],
])('the environment %j names the region %s', (values, expected) => {
  environment(values as Record<string, string>);
  expect(environmentRegion()).toBe(expected);
});

describe('a scope', () => {
  it('on loopback is Lambda’s in the environment’s region', () => {
    environment({ AWS_REGION: 'eu-west-1' });
    for (const url of ['http://127.0.0.1:1/', 'https://localhost/']) {
      expect(signingScope(new URL(url), {})).toEqual({ service: 'lambda', region: 'eu-west-1' });
    }
    expect(() => signingScope(new URL('https://mcp.example.com/'), {})).toThrow();
  });

  it.each<[string, object, RegExp]>([
    ['https://mcp.example.com/', {}, /give the option `service` and `region`\.$/],
    ['https://mcp.example.com/', { region: 'r' }, /mcp\.example\.com does not tell.* give the option `service`\.$/],
    ['https://mcp.example.com/', { service: 's' }, /give the option `region`\.$/],
    ['http://127.0.0.1:1/', {}, /127\.0\.0\.1 does not tell.*`region`, or set AWS_REGION\.$/],
  ])('that %s with %j does not tell is asked for', (url, given, told) => {
    environment({});
    expect(() => signingScope(new URL(url), given)).toThrow(told);
  });

  it('of a domain of one’s own is in the environment’s region, else in the profile’s', async () => {
    const url = new URL('https://mcp.example.com/');
    const config = join(mkdtempSync(join(tmpdir(), 'scope-')), 'config');
    writeFileSync(config, '[default]\nregion = ap-south-1\n[profile gov]\nregion = us-gov-west-1\n');
    environment({ AWS_REGION: 'eu-west-1' });
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('AWS_PROFILE', undefined);
    const given = { service: 'lambda' };
    expect(await findSigningScope(url, given)).toEqual({ service: 'lambda', region: 'eu-west-1' });
    environment({});
    expect(await findSigningScope(url, given)).toEqual({ service: 'lambda', region: 'ap-south-1' });
    expect(await findSigningScope(url, { ...given, profile: 'gov' })).toMatchObject({ region: 'us-gov-west-1' });
    expect(await findSigningScope(url, { ...given, region: 'r' })).toMatchObject({ region: 'r' });
    vi.stubEnv('AWS_PROFILE', 'gov');
    expect(await findSigningScope(url, given)).toMatchObject({ region: 'us-gov-west-1' });
    await expect(findSigningScope(url, { ...given, profile: 'none' })).rejects.toThrow(/give the option `region`\.$/);
    await expect(findSigningScope(url, {})).rejects.toThrow(/give the option `service` and `region`\.$/);
  });

  it('of CloudFront, a tunnel or a proxy is that of the host behind it', async () => {
    const scope = await findSigningScope(
      new URL('https://d1.cloudfront.net/'),
      {},
      'abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn',
    );
    expect(scope).toEqual({ service: 'lambda', region: 'cn-north-1' });
  });
});
