import type { AwsCredentialIdentity } from '@smithy/types';
import { CredentialsError } from '../errors.ts';
import { quoteForeign } from './redact.ts';

/**
 * The credentials that a profile's `credential_process` prints. The command is run by the shell, as the AWS SDK for
 * JavaScript runs it. Of what it prints nothing is told; of what it says on stderr, what holds no secret.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
 *
 * @throws {CredentialsError} when it fails, prints no such JSON, or credentials that have expired
 */
export async function processCredentials(profile: string, command: string): Promise<AwsCredentialIdentity> {
  const { error, stdout, stderr } = await run(command);
  const printed = error ? undefined : readJson(stdout);
  const fail = (what: string): never => {
    const secrets = secretsOf(stdout, command);
    const said = quoteForeign(stderr, secrets);
    throw new CredentialsError(
      `The credential_process of profile ${JSON.stringify(profile)} ${what}.${said ? ` It says: ${said.replace(/[.\s]*$/, '.')}` : ''}`,
      undefined,
      'Run its command by hand, and mend it, or sign in where it says so.',
    );
  };
  if (error) fail(error);
  if (printed === undefined) return fail('printed no JSON object');
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = printed;
  if (Version !== 1) return fail('printed JSON whose Version is not 1');
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') {
    return fail(`printed no ${typeof AccessKeyId === 'string' ? 'SecretAccessKey' : 'AccessKeyId'}`);
  }
  if (SessionToken && typeof SessionToken !== 'string') return fail('printed a SessionToken that is no text');
  const expiration = Expiration ? new Date(String(Expiration)) : undefined;
  if (expiration && Number.isNaN(expiration.getTime())) return fail('printed an Expiration that is no date');
  if (expiration && expiration.getTime() <= Date.now()) {
    return fail(`printed credentials that expired at ${expiration.toISOString()}`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === 'string' && SessionToken && { sessionToken: SessionToken }),
    ...(expiration && { expiration }),
  };
}

interface Ended {
  /** How it failed, in words. */
  readonly error: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string): Promise<Ended> {
  const { exec } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve) => {
    exec(command, { windowsHide: true }, (error, stdout, stderr) => {
      const how = error?.signal ? `was ended by ${error.signal}` : `failed with exit code ${error?.code ?? 'unknown'}`;
      resolve({ error: error ? how : undefined, stdout, stderr });
    });
  });
}

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What it printed, be it what it may; and the words of its command, among which a password may be. */
function secretsOf(stdout: string, command: string): string[] {
  const printed = readJson(stdout);
  const texts = printed ? Object.values(printed).filter((value) => typeof value === 'string') : [stdout];
  return [
    ...texts,
    ...command
      .split(/\s+/)
      .slice(1)
      .filter((word) => !/^[-/.~]/.test(word)),
  ];
}
