import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { awsClientConfig } from '../aws-client.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { TargetOptions } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import type { TimeRange } from './read-log-groups.ts';
import { readTrail } from './read-trail.ts';
import type { Reading } from './reading.ts';
import { linesOf } from './text-file.ts';
import type { TrailRecords } from './trail-records.ts';

interface Into {
  readonly records: TrailRecords;
  readonly reading: Reading;
  progress(text: string): void;
}

const DAY = 86_400_000;
/** Files of a day hold records of the minutes before it, and come late; milliseconds. */
const MARGIN = 3_600_000;

/**
 * Reads CloudTrail's files from their bucket: of an account's trail or an organization's, of one region or all, below a
 * prefix or none. Only the days asked for are listed, and their files read one after the other.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail log file name format": `PREFIX/AWSLogs/[O-ID/]ACCOUNT/CloudTrail/
 * REGION/YYYY/MM/DD/FILE.json.gz`.
 *
 * @param url `s3://BUCKET` or `s3://BUCKET/PREFIX`, from above `AWSLogs` to within an account's region
 * @param region the function's; undefined reads all regions
 * @throws CommandError when AWS refuses, or there are no files of CloudTrail's
 */
export async function readTrailBucket(
  url: string,
  range: TimeRange,
  region: string | undefined,
  options: TargetOptions,
  { records, reading, progress }: Into,
): Promise<void> {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) throw new UsageError(`--trail takes s3://BUCKET or s3://BUCKET/PREFIX, not ${url}.`);
  const sdk = await loadSdk();
  const client = new sdk.S3Client({ ...awsClientConfig(options, region, 60_000), followRegionRedirects: true });
  const seen = { accounts: new Set<string>(), ofOrganization: false, files: 0 };
  try {
    const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
    const regions = await regionsBelow(client, bucket, prefix);
    if (regions.length === 0) {
      const advice = 'Give the prefix above AWSLogs/, as `aws cloudtrail describe-trails` says (S3KeyPrefix).';
      throw new CommandError(`There are no files of CloudTrail’s in ${url}. ${advice}`, ExitCode.unreachable);
    }
    for (const below of regions) {
      if (region !== undefined && !below.endsWith(`/${region}/`)) continue;
      seen.accounts.add(/\/(\d{12})\/CloudTrail\//.exec(`/${below}`)?.[1] ?? '?');
      seen.ofOrganization ||= /(?:^|\/)o-[a-z0-9]+\//.test(below);
      for (const day of daysOf(range)) {
        for await (const key of keysBelow(client, bucket, `${below}${day}/`)) {
          progress(`Reading s3://${bucket}: ${seen.files} files`);
          const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
          const lines = (onCut: (why: string) => void) => linesOf(Body as Readable, key.endsWith('.gz'), onCut);
          await readTrail({ name: `s3://${bucket}/${key}`, lines }, records, reading);
          seen.files += 1;
        }
      }
    }
  } catch (error) {
    throw explained(error, bucket);
  } finally {
    client.destroy();
  }
  reading.remarks.push(
    `Read ${seen.files} files of CloudTrail’s from s3://${bucket}. They were not validated; this tells whether one was ` +
      `changed or deleted: ${validation(range, region, bucket, seen)}`,
  );
}

/** The command that validates, filled in as far as a bucket tells. */
function validation(
  { since, until }: TimeRange,
  region: string | undefined,
  bucket: string,
  { accounts, ofOrganization }: { readonly accounts: ReadonlySet<string>; readonly ofOrganization: boolean },
): string {
  const time = (value: number) => new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');
  const [account = 'ACCOUNT'] = accounts.size === 1 ? accounts : [];
  const arn = `"$(aws cloudtrail describe-trails --query "trailList[?S3BucketName=='${bucket}'].TrailARN | [0]" --output text)"`;
  const owner = ofOrganization || accounts.size > 1 ? ` --account-id ${account}` : '';
  const where = region === undefined ? '' : ` --region ${region}`;
  return `aws cloudtrail validate-logs --trail-arn ${arn} --start-time ${time(since)} --end-time ${time(until)}${owner}${where}`;
}

/** The folders `…/CloudTrail/REGION/` at or below a prefix. */
async function regionsBelow(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  if (/(?:^|\/)CloudTrail\/[a-z]+(?:-[a-z]+)+-\d\/$/.test(prefix)) return [prefix];
  const found: string[] = [];
  for (const folder of await foldersBelow(client, bucket, prefix)) {
    const name = folder.slice(prefix.length, -1);
    const isRegion = /(?:^|\/)CloudTrail\/$/.test(prefix);
    const isOnTheWay = /^(?:AWSLogs|CloudTrail|\d{12}|o-[a-z0-9]+)$/.test(name);
    if (isRegion) found.push(folder);
    else if (isOnTheWay) found.push(...(await regionsBelow(client, bucket, folder)));
  }
  return found;
}

async function foldersBelow(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const { paginateListObjectsV2 } = await loadSdk();
  const folders: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' })) {
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) folders.push(Prefix);
  }
  return folders;
}

async function* keysBelow(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string, void> {
  const { paginateListObjectsV2 } = await loadSdk();
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined && /\.json(?:\.gz)?$/.test(Key)) yield Key;
  }
}

/** `2026/11/20` of each day that a file with records of the range can lie in. */
function daysOf({ since, until }: TimeRange): string[] {
  const first = Math.floor((since - MARGIN) / DAY);
  const last = Math.floor((until + MARGIN) / DAY);
  return Array.from({ length: last - first + 1 }, (_, at) =>
    new Date((first + at) * DAY).toISOString().slice(0, 10).replaceAll('-', '/'),
  );
}

function explained(error: unknown, bucket: string): unknown {
  if (error instanceof CommandError) return error;
  const { name, message } = error as Error;
  if (name === 'NoSuchBucket') {
    return new CommandError(`There is no bucket ${bucket}.`, ExitCode.unreachable, { cause: error });
  }
  if (name === 'AccessDenied') {
    const needs = `You need s3:ListBucket on ${bucket}, s3:GetObject on its files, and kms:Decrypt where a key of yours encrypts them.`;
    return new CommandError(`AWS refused the request. It says: ${message} ${needs}`, ExitCode.refused, {
      cause: error,
    });
  }
  return error;
}

/** An optional peer: who only calls servers has no use for it. */
async function loadSdk() {
  return import('@aws-sdk/client-s3').catch(() => {
    const advice = 'npm install @aws-sdk/client-s3';
    throw new CommandError(`Reading a bucket needs a package that is not installed: ${advice}`, ExitCode.failed);
  });
}
