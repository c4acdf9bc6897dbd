import { responseWith } from '../response-with.ts';
import { redact } from '../signing/redact.ts';
import type { Stage } from './stage.ts';

/** What AWS refuses a signature with. */
const REFUSALS = new Set([400, 401, 403]);

/**
 * Leaves the session token out of a refusal: to a signature that does not hold, some services answer with the request as
 * they would have signed it, and an MCP client makes an error of it. All else stays as it came.
 */
export const hideSecrets: Stage = async (request, next) => {
  const response = await next(request);
  // A stream may have no end to wait for.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!REFUSALS.has(response.status) || !response.body || isStream) return response;
  const body = await response
    .clone()
    .text()
    .catch(() => '');
  const redacted = redact(body);
  if (redacted === body) return response;
  await response.body.cancel();
  const headers = new Headers(response.headers);
  for (const name of ['content-length', 'content-encoding']) headers.delete(name);
  return responseWith(redacted, { status: response.status, statusText: response.statusText, headers }, response);
};
