import { errorCodes, wasNotSent } from './retry.ts';

/**
 * The same error, but one that says what `fetch` leaves to its cause: what broke, and whether the request may have run.
 * Still a TypeError, which is what clients take for a network's.
 */
export function explainConnectionError(error: unknown): unknown {
  const [code] = errorCodes(error);
  if (!(error instanceof TypeError) || code === undefined) return error;
  const fate = wasNotSent(error) ? 'Nothing was sent.' : 'The server may have run the request.';
  return new TypeError(`${error.message} (${code}). ${fate}`, { cause: error });
}
