import { explainConnectionError, invalidHeader } from '../connection-error.ts';
import type { Stage } from './stage.ts';

/** Sends the request as it stands, once. */
export const send: Stage = async ({ url, method, headers, body, signal, rest, network }) => {
  for (const [name, value] of headers) if (!HEADER_VALUE.test(value)) throw invalidHeader(name);
  try {
    await network.wake();
    const dispatcher = rest.dispatcher ?? (await network.dispatcher(url));
    return await fetch(url, {
      ...rest,
      method,
      headers: [...headers],
      // undici sends a body it is handed in full with its length, and no Transfer-Encoding.
      ...(body && { body }),
      ...(signal && { signal }),
      ...(dispatcher && ({ dispatcher } as object)),
      redirect: 'manual',
    });
  } catch (error) {
    throw explainConnectionError(error);
  } finally {
    network.used();
  }
};

/** Source: RFC 9110, section 5.5, "Field Values". */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
