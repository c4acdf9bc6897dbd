import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../../local/listen.ts';

/** A request on its way. */
export interface Passing {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * Puts somebody between a caller and `url` who changes every request, after it was signed.
 *
 * @param call gets the URL to call instead: it differs in its port alone, so that its `Host` is signed and sent as it is
 */
export async function meddle<T>(
  url: string,
  change: (passing: Passing) => Passing,
  call: (url: string) => Promise<T>,
): Promise<T> {
  const { port: upstream } = new URL(url);
  const { origin, close } = await listen(async (incoming, outgoing) => {
    const changed = change({
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: incoming.rawHeaders,
      body: (await buffer(incoming)).toString(),
    });
    const headers = withHeader(changed, 'content-length', () => String(Buffer.byteLength(changed.body))).headers;
    const forwarded = request({
      ...{ host: '127.0.0.1', port: upstream, method: changed.method, path: changed.target, agent: false },
      ...{ setHost: false, headers },
    });
    forwarded.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(changed.body);
  });
  try {
    const between = new URL(url);
    between.port = new URL(origin).port;
    return await call(between.href);
  } finally {
    await close();
  }
}

/** Changes the value of a header; `undefined` takes it out. */
export function withHeader(passing: Passing, name: string, change: (value: string) => string | undefined): Passing {
  const headers: string[] = [];
  for (let i = 0; i + 1 < passing.headers.length; i += 2) {
    const [given = '', value = ''] = passing.headers.slice(i, i + 2);
    const changed = given.toLowerCase() === name ? change(value) : value;
    if (changed !== undefined) headers.push(given, changed);
  }
  return { ...passing, headers };
}
