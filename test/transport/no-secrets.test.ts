import { inspect } from 'node:util';
import fc from 'fast-check';
import { CredentialsError, invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../../local/listen.ts';
import { connect } from '../support/clients.ts';
import { damagedCredentials, leakIn } from '../support/damaged-credentials.ts';
import { startEchoingServer } from '../support/echoing-server.ts';

let server: Listening;
beforeAll(async () => {
  server = await startEchoingServer();
});
afterAll(() => server.close());

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';

type Given = Parameters<typeof sigv4Fetch>[0];

/** All that a request makes to be seen: what is thrown, with all that hangs on it, and the text of a refusal. */
async function seen(request: () => Promise<Response>): Promise<string> {
  try {
    const response = await request();
    return inspect(response, { depth: 3 }) + (await response.text());
  } catch (error) {
    return inspect(error, { depth: 20, maxStringLength: null, showHidden: true });
  }
}

const ways: readonly (readonly [string, (options: Given) => Promise<Response>])[] = [
  ['sigv4Fetch', (options) => sigv4Fetch({ ...options, region: 'us-east-1' })(server.origin, { method: 'POST', body })],
  [
    'invokeFetch',
    (options) => invokeFetch(ARN, { ...options, endpoint: server.origin })('https://x/', { method: 'POST', body }),
  ],
];

describe.each(ways)('by %s', (_, send) => {
  it('no secret is told, whatever is wrong with the credentials', async () => {
    await fc.assert(
      fc.asyncProperty(damagedCredentials, fc.constantFrom('given', 'provided', 'quoted'), async (each, how) => {
        const { id: accessKeyId, secret: secretAccessKey, token: sessionToken } = each.damaged;
        const credentials = { accessKeyId, secretAccessKey, sessionToken };
        const provide = async () => {
          // As a parser quotes what it cannot read, and undici a header.
          if (how === 'quoted') JSON.parse(`{"SecretAccessKey": "x" ${secretAccessKey}`);
          return credentials;
        };
        const text = await seen(() =>
          send({ credentials: how === 'given' ? credentials : provide, retry: { attempts: 1 } }),
        );
        expect(leakIn(text, each)).toBeUndefined();
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it.each<[string, object, RegExp]>([
    ['a line break at the end', { sessionToken: 'dG9rZW4tdG9rZW4\n' }, /sessionToken.* ends with a line break/],
    ['a line break within', { sessionToken: 'dG9rZW4\r\ntdG9rZW4' }, /sessionToken.* holds a line break/],
    ['a space before', { secretAccessKey: ' c2VjcmV0LXNlY3JldA' }, /secretAccessKey.* begins with a space/],
    ['a zero-width space', { sessionToken: '\u200bdG9rZW4' }, /sessionToken.* begins with a space/],
    ['quotation marks', { accessKeyId: '"AKIAIOSFODNN7EXAMPLE"' }, /accessKeyId.* begins with a quotation mark/],
    ['no ASCII', { secretAccessKey: 'c2VjcmVétc2Vjcm' }, /secretAccessKey.* holds a character that is not ASCII/],
    ['a control character', { accessKeyId: 'AKIA\u0007' }, /accessKeyId.* ends with a control character/],
    ['the secret for an id', { accessKeyId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }, /swapped/],
    ['nothing', { secretAccessKey: '' }, /secretAccessKey.* is empty/],
    ['no text', { sessionToken: 5 }, /sessionToken.* is no text/],
    ['no secret', { secretAccessKey: undefined }, /no `secretAccessKey`/],
  ])('%s is refused before anything is sent', async (_, part, said) => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'c2VjcmV0LXNlY3JldA', ...part };
    const error = await send({ credentials } as Given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredentialsError);
    expect((error as Error).message).toMatch(said);
  });
});

it('an MCP client’s error for a refusal holds no token', async () => {
  const credentials = {
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'c2VjcmV0',
    sessionToken: 'dG9rZW4tb2YtYS1zZXNzaW9u',
  };
  const to = { functionUrl: server.origin, functionArn: ARN, region: 'us-east-1', lambdaEndpoint: server.origin };
  for (const way of ['SigV4', 'Invoke'] as const) {
    const text = await connect('v1', way, { ...to, agent: credentials, admin: credentials }).catch(inspect);
    expect(text).toMatch(/Canonical String/);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('dG9rZW4t');
  }
});
