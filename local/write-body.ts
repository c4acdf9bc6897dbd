import type { ServerResponse } from 'node:http';

/**
 * Writes a body as fast as the client takes it. When the client goes away, the rest is left unread: the function runs
 * on, as it does on AWS.
 */
export async function writeBody(body: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  for await (const chunk of body) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

/** Settles when the client has taken what was written, or has gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.once('drain', settle).once('close', settle);
  });
}
