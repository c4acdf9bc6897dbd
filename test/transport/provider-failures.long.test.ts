import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConnectionError, CredentialsError, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Listening, listen } from '../../local/listen.ts';

const TOKEN = 'c291cmNlLXNlc3Npb24tdG9rZW4tNDI';
const ROLE = 'arn:aws:iam::111122223333:role/r';

/** Refuses, and repeats the token that it was signed with; `/garbled` answers with half of a JSON text. */
let refusing: Listening;
let gone: string;

beforeAll(async () => {
  refusing = await listen((request, response) => {
    if (request.url === '/garbled') return void response.end(`{"SecretAccessKey": "${TOKEN}" oops`);
    response.writeHead(403, { 'content-type': 'text/xml' });
    response.end(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>' +
        `<Message>User: u is not authorized to perform: sts:AssumeRole ${request.headers['x-amz-security-token']}</Message>` +
        '</Error></ErrorResponse>',
    );
  });
  const closed = await listen(() => {});
  await closed.close();
  gone = closed.origin;
  const config = join(mkdtempSync(join(tmpdir(), 'provider-failures-')), 'config');
  const keys = 'aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = c2VjcmV0\n';
  writeFileSync(
    config,
    `[profile s]\n${keys}aws_session_token = ${TOKEN}\n[profile p]\nrole_arn = ${ROLE}\nsource_profile = s\n` +
      '[profile empty]\nregion = us-east-1\n',
  );
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});
beforeEach(() => vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', undefined));
afterAll(async () => {
  vi.unstubAllEnvs();
  await refusing.close();
});

/** What a call by a profile is refused with. */
async function failure<T extends Error>(profile: string, kind: new (...args: never) => T): Promise<T> {
  const send = sigv4Fetch({ profile, region: 'us-east-1' });
  const error = await send('http://127.0.0.1:9/', { method: 'POST', body: '{}' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(kind);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN.slice(0, 8));
  return error as T;
}

describe('who gives credentials', () => {
  it('and refuses is quoted, without the token that it repeats', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', refusing.origin);
    const { message, advice } = await failure('p', CredentialsError);
    expect(message).toContain(`STS did not give profile "p" its role ${ROLE}. AWS says: AccessDenied: User: u is not`);
    expect(message).toContain('[redacted]');
    expect(advice).toContain('trust policy');
  });

  it('and is not reached is told as that, and nobody is sent to sign in', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', gone);
    const { message } = await failure('p', ConnectionError);
    expect(message).toMatch(/STS did not give .* Nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    expect(message).not.toContain('Sign in');
  });

  it.each([
    ['/garbled', /container's credentials endpoint .* gave none\. What came is no credentials\./],
    ['/', /container's credentials endpoint .* gave none\. It answered 403\./],
  ])('as the container does at %s is not quoted', async (path, said) => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${refusing.origin}${path}`);
    expect((await failure('empty', CredentialsError)).message).toMatch(said);
  });

  it('as the container is not reached', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', gone);
    expect((await failure('empty', ConnectionError)).message).toMatch(/container's .* Nothing listens at/);
  });
});
