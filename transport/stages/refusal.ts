/** Why AWS refused a request, as far as a second attempt could mend it. */
export interface Refusal {
  /** The credentials have expired, or AWS does not know them any more. */
  readonly credentialsStale: boolean;
  /** Milliseconds by which AWS's clock is ahead of ours, when it is the clock that made the signature stale. */
  readonly clockOffset: number | undefined;
}

/** A signature is accepted for five minutes; a difference well below that is not what it was refused for. Ms. */
const MIN_CLOCK_OFFSET = 2 * 60 * 1000;
const STALE_SIGNATURE = /Signature (?:expired|not yet current)|RequestTimeTooSkewed|RequestExpired/;
const STALE_TOKEN = /ExpiredToken|UnrecognizedClient|security token included in the request is (?:expired|invalid)/;

/**
 * Reads a 403 for what it says; undefined for all else, and for one that breaks off. The response stays unread.
 *
 * @param signedWith the clock offset that the request was signed with; milliseconds
 */
export async function readRefusal(response: Response, signedWith: number): Promise<Refusal | undefined> {
  if (response.status !== 403) return undefined;
  const body = await response
    .clone()
    .text()
    .catch(() => '');
  const said = `${response.headers.get('x-amzn-errortype') ?? ''} ${body}`;
  return { credentialsStale: STALE_TOKEN.test(said), clockOffset: clockOffset(response, said, signedWith) };
}

function clockOffset(response: Response, said: string, signedWith: number): number | undefined {
  if (!STALE_SIGNATURE.test(said)) return undefined;
  const offset = Date.parse(response.headers.get('date') ?? '') - Date.now();
  return Math.abs(offset - signedWith) >= MIN_CLOCK_OFFSET ? offset : undefined;
}
