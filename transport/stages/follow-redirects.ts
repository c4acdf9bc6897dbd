import { RedirectError } from '../errors.ts';
import type { Stage } from './stage.ts';

/** A redirect that keeps method and body. */
const REPEATING_REDIRECTS = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** Follows a redirect, signed anew, where that can do no harm: to the same origin, and as the same request. */
export const followRedirects: Stage = async (request, next) => {
  let { url } = request;
  for (let followed = 0; ; followed += 1) {
    const response = await next({ ...request, url });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null || request.redirect === 'manual') return response;
    await response.body?.cancel();
    const target = new URL(location, url);
    if (request.redirect === 'error' || target.origin !== url.origin || !REPEATING_REDIRECTS.has(response.status)) {
      throw new RedirectError(
        `${url.origin} redirects (${response.status}) to ${target.origin}${target.pathname}. A signed request follows ` +
          'only 307 and 308, and only to the same origin: call that URL yourself if you trust it.',
      );
    }
    if (followed === MAX_REDIRECTS) throw new RedirectError(`${url.origin} redirected ${MAX_REDIRECTS} times.`);
    url = target;
  }
};
