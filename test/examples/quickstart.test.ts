import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dev, startDev } from '../support/dev.ts';

const root = resolve(import.meta.dirname, '../..');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the quickstart, with nothing of AWS in its environment but what is given. */
function run(file: string, args: string[], given: Record<string, string> = {}): Promise<Ended> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const env = { ...inherited, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...given };
  return new Promise((done) => {
    execFile(process.execPath, [`examples/quickstart/${file}`, ...args], { cwd: root, env }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the tour', () => {
  it('goes all the way, and says so', async () => {
    const { code, stdout, stderr } = await run('tour.ts', []);
    expect(stderr).toBe('');
    expect(stdout).toContain('Everything was as it should be.');
    expect(stdout).not.toContain('NOT SO');
    expect(stdout).not.toContain('\u001b[');
    expect(code).toBe(0);
  });
});

describe('the agent', () => {
  let dev: Dev;
  beforeAll(async () => {
    dev = await startDev();
  });
  afterAll(() => dev.close());

  function credentials(name: string): Record<string, string> {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = dev.principal(name);
    return {
      AWS_REGION: dev.region,
      AWS_ENDPOINT_URL_LAMBDA: dev.lambdaEndpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  it('goes by the function URL, known to the server', async () => {
    const { code, stdout } = await run('agent.ts', [dev.functionUrl], credentials('agent'));
    expect(stdout).toContain('Protocol 2026-07-28, tools: greet, multi-greet, whoami');
    expect(stdout).toContain('3 of 3: Hello number 3, Ada!');
    expect(stdout).toContain('You are arn:aws:sts::111122223333:assumed-role/agent/local.');
    expect(code).toBe(0);
  });

  it.each(['functionArn', 'functionName'] as const)('goes by the %s, unknown to the server', async (target) => {
    const { code, stdout } = await run('agent.ts', [dev[target]], credentials('admin'));
    expect(stdout).toContain('AWS does not tell this server who you are.');
    expect(code).toBe(0);
  });

  it('says why it fails: refused, without credentials, without a target', async () => {
    const refused = await run('agent.ts', [dev.functionUrl], credentials('url-only'));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('403') });
    const anonymous = await run('agent.ts', [dev.functionUrl], { AWS_REGION: dev.region });
    expect(anonymous).toMatchObject({ code: 1, stderr: expect.stringContaining('No AWS credentials') });
    const lost = await run('agent.ts', []);
    expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') });
    for (const { stderr } of [refused, anonymous, lost]) expect(stderr).not.toMatch(/\n\s+at /);
  });
});
