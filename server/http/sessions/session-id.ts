import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Makes and reads session ids that name the process which has the session: `ADDRESS.UUID.SIGNATURE`, base64url. Without
 * the secret nobody makes one, so none steers a request to where its sender likes.
 *
 * @param address base URL of this process, as the others reach it
 */
export function createSessionIds(address: string, secret: string) {
  const signatureOf = (text: string) => createHmac('sha256', secret).update(text).digest();
  return {
    newId(): string {
      const text = `${Buffer.from(address).toString('base64url')}.${crypto.randomUUID()}`;
      return `${text}.${signatureOf(text).toString('base64url')}`;
    },
    /** The address that an id names; undefined when it is none of ours. */
    addressOf(id: string): string | undefined {
      const end = id.lastIndexOf('.');
      const text = id.slice(0, Math.max(end, 0));
      const [given, wanted] = [Buffer.from(id.slice(end + 1), 'base64url'), signatureOf(text)];
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      return Buffer.from(text.split('.', 1)[0] as string, 'base64url').toString();
    },
  };
}
