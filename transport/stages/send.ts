import { explainConnectionError } from '../connection-error.ts';
import type { Stage } from './stage.ts';

/** Sends the request as it stands, once. */
export const send: Stage = async ({ url, method, headers, body, signal, rest }) => {
  try {
    return await fetch(url, {
      ...rest,
      method,
      headers: [...headers],
      // undici sends a body it is handed in full with its length, and no Transfer-Encoding.
      ...(body && { body }),
      ...(signal && { signal }),
      redirect: 'manual',
    });
  } catch (error) {
    throw explainConnectionError(error);
  }
};
