import { FetchError } from 'aws-jwt-verify/error';

/** Milliseconds. A caller waits for it, and retries a 503. */
const TIMEOUT = 3000;

/**
 * Reads a document of the issuer's.
 *
 * @throws {FetchError} for a status that is not 200, a redirect, silence, and what cannot be reached
 */
export async function fetchDocument(url: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    throw new FetchError(url, (error as Error).message);
  }
}
