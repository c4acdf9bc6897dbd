import type { BodyReader } from '../wire/body-reader.ts';

/**
 * The same body, but one that tells when it has been read, or left.
 *
 * @param ended called once: with the bytes that were read, and whether they were all
 */
export function watchBody(body: BodyReader, ended: (bytes: number, complete: boolean) => void): BodyReader {
  let bytes = 0;
  let isOver = false;
  function end(complete: boolean): void {
    if (isOver) return;
    isOver = true;
    ended(bytes, complete);
  }
  return {
    async read() {
      try {
        const chunk = await body.read();
        if (chunk) bytes += chunk.byteLength;
        else end(true);
        return chunk;
      } catch (error) {
        end(false);
        throw error;
      }
    },
    async cancel(reason) {
      end(false);
      await body.cancel(reason);
    },
  };
}
