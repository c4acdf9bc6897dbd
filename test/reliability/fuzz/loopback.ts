import { type IncomingRequest, readIncoming } from '../../../local/http-io.ts';
import { listen } from '../../../local/listen.ts';

export interface Loopback {
  readonly origin: string;
  /** The request that arrived last, as it stood on the wire. */
  last(): IncomingRequest;
  close(): Promise<void>;
}

/** A server that takes every request and remembers the last. */
export async function startLoopback(): Promise<Loopback> {
  let last: IncomingRequest | undefined;
  const { origin, close } = await listen(async (request, response) => {
    last = await readIncoming(request, 10 * 1024 * 1024);
    response.end();
  });
  return {
    origin,
    last() {
      if (!last) throw new Error('No request has arrived.');
      return last;
    },
    close,
  };
}
