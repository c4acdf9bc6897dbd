import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentRegion, isLoopback, signingScope } from '../../transport/signing-scope.ts';

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
});
