import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openAwsTarget } from '../live/aws-target.ts';
import { hostsStack } from '../live/hosts-stack.ts';
import { type LiveOutput, liveStack } from '../live/stack.ts';
import { ROLE_NAMES } from '../live/target.ts';
import { startAwsServices } from '../support/aws-services.ts';
import { matchesFilterPattern } from '../support/filter-pattern.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-live-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run test:live -- …`, without npm, without anybody's credentials. */
function runLive(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const clean = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ['test/live/run.ts', ...args], { cwd: ROOT, env: clean }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('the live suite', () => {
  it('finds on the local Lambda everything as it is written, and says what it did not ask', async () => {
    const { code, stdout } = await runLive(['--local']);
    expect(stdout).toMatch(/^[56]\d as written, 0 otherwise, 33 not asked$/m);
    expect(stdout).toMatch(/not asked {3}The URL of no function .*\n +because +the local Lambda has one URL only/);
    expect(stdout).toMatch(/expected {2}\{"bare":200,"latest":403\}\n +seen {6}\{"bare":200,"latest":403\}/);
    expect(code).toBe(0);
  }, 120_000);

  it('stops without credentials, in one paragraph', async () => {
    const { code, stdout, stderr } = await runLive([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^The live suite needs AWS credentials, .* `npm run test:live -- --local`/);
  });

  it('stops without a stack, and says how to deploy it', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const { code, stderr } = await runLive(['--outputs', join(folder, 'none.json')], keys);
    expect(code).toBe(1);
    expect(stderr).toMatch(/needs a deployed stack, .* npx cdk deploy --app "node test\/live\/app.ts" --outputs-file/);
  });

  it('has a stack that can be deployed, with its function bundled', () => {
    const app = new App({ outdir: join(folder, 'out') });
    liveStack(app);
    const { directory } = app.synth();
    const assets = readdirSync(directory).filter((name) => name.startsWith('asset.'));
    expect(assets.map((name) => readdirSync(join(directory, name)))).toEqual([['index.mjs'], ['index.mjs']]);
  }, 60_000);

  it('has a stack of the other hosts, which tells what the suite needs to know', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const { stackName } = hostsStack(app);
    const { Outputs } = app.synth().getStackByName(stackName).template;
    const text = JSON.stringify(Outputs.Hosts.Value);
    for (const name of ['region', 'runtimeArn', 'webFunctionUrl', 'nobody']) expect(text).toContain(name);
  }, 60_000);

  it('reads the trail, the log and the verdict on a query from CloudWatch Logs', async () => {
    const statement = { Effect: 'Allow', Action: 'logs:*', Resource: '*' } as const;
    const record = (requestID: string) => JSON.stringify({ requestID });
    const groups: Record<string, string[][]> = {
      access: [['{"awsEndpointRequestId":"a","userArn":"b"}']],
      trail: [[record('a'), record('other')], [record('b')]],
      log: [['lingered 10', 'something else'], ['it lingered 1 time']],
    };
    const aws = await startAwsServices(
      { Version: '2012-10-17', Statement: [statement] },
      {
        FilterLogEvents({ logGroupName, filterPattern, nextToken = '0' }) {
          const page = Number(nextToken);
          const messages = groups[logGroupName]?.[page]?.filter((each) => matchesFilterPattern(filterPattern, each));
          const more = page + 1 < (groups[logGroupName]?.length ?? 0);
          return { events: messages?.map((message) => ({ message })), ...(more && { nextToken: `${page + 1}` }) };
        },
        StartQuery: ({ logGroupNames }) => ({ queryId: logGroupNames.join() }),
        GetQueryResults: ({ queryId }) => ({ status: queryId === 'log,trail' ? 'Complete' : 'Failed' }),
      },
    );
    for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
    const fn = { url: 'https://unused.example/', arn: '' };
    const ids = { userPoolId: '', peopleClientId: '', machineClientId: '' };
    const signedIn = { url: fn.url, issuer: fn.url, domain: fn.url, ...ids };
    const target = openAwsTarget({
      ...{ region: 'us-east-1', probe: fn, throttled: fn, signedIn, roles: {} as LiveOutput['roles'] },
      ...{ apiUrl: fn.url, functionLog: 'log', accessLog: 'access', trailLog: 'trail' },
    });
    try {
      expect(await target.records(['a', 'b'])).toEqual([{ requestID: 'a' }, { requestID: 'b' }]);
      expect(await target.logs('lingered 1')).toBe(true);
      expect(await target.accessed('a')).toEqual({ awsEndpointRequestId: 'a', userArn: 'b' });
      expect(await target.accepts('fields @message')).toBe('Complete');
    } finally {
      await target.close();
      vi.unstubAllEnvs();
      await aws.close();
    }
  });

  it('finds in the stack’s one output what it needs to know', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const { stackName } = liveStack(app);
    const { Outputs } = app.synth().getStackByName(stackName).template;
    const parts: unknown[] = Outputs.Live.Value['Fn::Join'][1];
    const text = parts.map((part) => (typeof part === 'string' ? part : Object.keys(part as object)[0])).join('');
    const output = JSON.parse(text);
    expect(Object.keys(output)).toEqual([
      'region',
      'probe',
      'throttled',
      'signedIn',
      'roles',
      'apiUrl',
      'functionLog',
      'accessLog',
      'trailLog',
    ]);
    expect(Object.keys(output.roles)).toEqual([...ROLE_NAMES]);
  });
});
