import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may send requests to a port of this machine. */
export interface LoopbackRules {
  /** Origins of web pages that may, such as `http://localhost:5173`. Else a page may not. */
  readonly allowedOrigins: readonly string[];
  /** What a client sends as its bearer token; undefined: none is asked for. */
  readonly token: string | undefined;
}

export interface LoopbackRefusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is not answered; undefined when it is. A browser sends a page's requests to any port of its machine, with
 * the page's `Origin`; of a GET that a page makes for an image it tells `Sec-Fetch-Site` only. A name in `Host` that is not
 * this machine's is a DNS entry of somebody else's that points here.
 *
 * Source: MCP specification 2025-11-25, Streamable HTTP, "Security Warning"; W3C Fetch Metadata.
 */
export function refuseCaller(
  headers: IncomingHttpHeaders,
  { allowedOrigins, token }: LoopbackRules,
): LoopbackRefusal | undefined {
  const { host = '', origin, 'sec-fetch-site': site, authorization = '' } = headers;
  const name = /^(.*?)(?::\d+)?$/.exec(host)?.[1] ?? '';
  if (!LOOPBACK_NAMES.has(name.toLowerCase())) return refuse(403, 'The Host header does not name this machine.');
  const isOwn = origin === undefined ? site === undefined || OWN_SITES.has(String(site)) : origin === `http://${host}`;
  if (!isOwn && !isAllowed(origin, allowedOrigins)) {
    return refuse(403, 'Pages of other origins may not call this server. --allow-origin ORIGIN lets one.');
  }
  // The scheme is read in any case (RFC 9110, section 11.1).
  if (token !== undefined && !isSame(authorization.replace(/^bearer +/i, ''), token)) {
    return refuse(401, 'This proxy was started with --http-token: send its token as Authorization: Bearer TOKEN.');
  }
  return undefined;
}

/** A page of this server's own, of which there is none, and what a person typed. */
const OWN_SITES = new Set(['same-origin', 'none']);

export function isAllowed(origin: string | undefined, allowedOrigins: readonly string[]): origin is string {
  return origin !== undefined && allowedOrigins.includes(origin);
}

function refuse(status: LoopbackRefusal['status'], message: string): LoopbackRefusal {
  return { status, message };
}

/** In a time that tells nothing of where two texts part. */
function isSame(given: string, wanted: string): boolean {
  const [first, second] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(first as Buffer, second as Buffer);
}
