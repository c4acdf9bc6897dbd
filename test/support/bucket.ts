import { listen } from '../../local/listen.ts';
import { credentials } from './signed-server.ts';

/** A bucket of S3's on loopback: ListObjectsV2 in pages of two, with delimiter, and GetObject. Signatures are not checked. */
export async function startBucket(name: string, objects: Readonly<Record<string, Buffer>>) {
  const asked: string[] = [];
  const { origin, close } = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3.invalid');
    const [, bucket, ...rest] = decodeURIComponent(pathname).split('/');
    const key = rest.join('/');
    asked.push(key === '' ? `list ${searchParams.get('prefix') ?? ''}` : `get ${key}`);
    if (bucket !== name) return void response.writeHead(404).end(fault('NoSuchBucket', 'The bucket does not exist'));
    if (key !== '') {
      const object = objects[key];
      if (object) response.writeHead(200).end(object);
      else response.writeHead(403).end(fault('AccessDenied', 'Access Denied'));
      return;
    }
    const prefix = searchParams.get('prefix') ?? '';
    const delimiter = searchParams.get('delimiter');
    const from = Number(searchParams.get('continuation-token') ?? 0);
    const below = Object.keys(objects).filter((each) => each.startsWith(prefix));
    const found = delimiter
      ? [...new Set(below.map((each) => prefix + each.slice(prefix.length).split('/')[0] + delimiter))]
      : below;
    const page = found.slice(from, from + 2);
    const items = page.map((each) =>
      delimiter
        ? `<CommonPrefixes><Prefix>${each}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${each}</Key></Contents>`,
    );
    const more = from + 2 < found.length;
    const next = more ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '';
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${items.join('')}</ListBucketResult>`);
  });
  const environment = {
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return { environment, asked, close };
}

function fault(code: string, message: string): string {
  return `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}
