import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { announcement, INIT, invocation, line, record } from '../attack/evidence.ts';
import { startBucket } from '../support/bucket.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';

const log = join(mkdtempSync(join(tmpdir(), 'bucket-')), 'function.log');
const ids = ['a', 'b', 'c'];
writeFileSync(log, [INIT, announcement(), ...ids.flatMap((id) => invocation(id, line(id)))].join('\n'));

const today = new Date(Date.now() - 3_600_000).toISOString().slice(0, 10).replaceAll('-', '/');
const file = (...records: string[]) => gzipSync(JSON.stringify({ Records: records.map((id) => record(id)) }));
const path = (region = 'us-east-1', account = '111122223333', above = '') =>
  `${above}${account}/CloudTrail/${region}/${today}/${account}_CloudTrail_${region}`;

async function audit(objects: Record<string, Buffer>, ...args: string[]) {
  const bucket = await startBucket('trail-of-ours', objects);
  try {
    const env = { ...bareEnvironment, ...bucket.environment };
    return { ...(await runCli(['audit', 'tools', '--log', log, '--json', ...args], { env })), asked: bucket.asked };
  } finally {
    await bucket.close();
  }
}

const evidence = (stdout: string) =>
  (JSON.parse(stdout) as { evidence: string }[])
    .map((each) => each.evidence)
    .filter((each) => each === 'trail and log');

describe('CloudTrail’s bucket', () => {
  it.each<[string, string, Record<string, Buffer>]>([
    [
      'an account’s trail, in pages',
      's3://trail-of-ours',
      {
        [`AWSLogs/${path()}_1.json.gz`]: file('a'),
        [`AWSLogs/${path()}_2.json.gz`]: file('b'),
        [`AWSLogs/${path()}_3.json.gz`]: file('c'),
      },
    ],
    [
      'an organization’s, of two accounts, below a prefix',
      's3://trail-of-ours/some/prefix',
      {
        [`some/prefix/AWSLogs/${path('us-east-1', '111122223333', 'o-a1b2c3d4e5/')}_1.json.gz`]: file('a', 'b'),
        [`some/prefix/AWSLogs/${path('us-east-1', '444455556666', 'o-a1b2c3d4e5/')}_1.json.gz`]: file('c'),
      },
    ],
    [
      'of all regions, beside digests',
      's3://trail-of-ours/',
      {
        [`AWSLogs/${path()}_1.json.gz`]: file('a', 'b'),
        [`AWSLogs/${path('eu-west-1')}_1.json.gz`]: file('c'),
        [`AWSLogs/111122223333/CloudTrail-Digest/us-east-1/${today}/x.json.gz`]: gzipSync('{"digest":'),
      },
    ],
    [
      'one region of it',
      `s3://trail-of-ours/AWSLogs/111122223333/CloudTrail/us-east-1/`,
      { [`AWSLogs/${path()}_1.json.gz`]: file(...ids) },
    ],
  ])('is read: %s', async (_, url, objects) => {
    const { stdout, stderr, code } = await audit(objects, '--trail', url);
    expect(evidence(stdout)).toHaveLength(3);
    expect(code).toBe(0);
    expect(stderr).toContain('They were not validated');
    expect(stderr).toMatch(
      /aws cloudtrail validate-logs --trail-arn ".*S3BucketName=='trail-of-ours'.*" --start-time \S+Z --end-time \S+Z/,
    );
    expect(stderr.includes('--account-id')).toBe(url.includes('prefix'));
  });

  it('is read for the days asked only', async () => {
    const old = { 'AWSLogs/111122223333/CloudTrail/us-east-1/2020/01/01/x.json.gz': file('z') };
    const { asked } = await audit(
      { ...old, [`AWSLogs/${path()}_1.json.gz`]: file(...ids) },
      '--trail',
      's3://trail-of-ours',
    );
    expect(asked.filter((each) => each.startsWith('get '))).toEqual([`get AWSLogs/${path()}_1.json.gz`]);
  });

  it('that ends early, is not there or holds something else is told', async () => {
    const cut = await audit(
      { [`AWSLogs/${path()}_1.json.gz`]: file(...ids).subarray(0, 60) },
      '--trail',
      's3://trail-of-ours',
    );
    expect([cut.code, cut.stderr]).toEqual([8, expect.stringContaining('HALF AN AUDIT: ')]);
    const missing = await audit({}, '--trail', 's3://not-ours');
    expect([missing.code, missing.stderr]).toEqual([5, expect.stringContaining('There is no bucket not-ours')]);
    const other = await audit({ 'photos/x.jpg': Buffer.from('x') }, '--trail', 's3://trail-of-ours');
    expect([other.code, other.stderr]).toEqual([5, expect.stringContaining('There are no files of CloudTrail’s')]);
    const wrong = await audit({}, '--trail', 's3://');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--trail takes s3://BUCKET')]);
  });
});
