/*
 * What API Gateway does to headers on the way through a Lambda proxy integration.
 *
 * Source: Amazon API Gateway Developer Guide, "Amazon API Gateway important notes", REST APIs.
 */

/** Of a request: the function does not see them. */
const DROPPED_FROM_REQUEST = new Set([
  ...['content-md5', 'expect', 'max-forwards', 'proxy-authenticate', 'server', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'www-authenticate', 'connection', 'keep-alive'],
]);

/** Of a response: the caller sees `x-amzn-Remapped-NAME`. */
const REMAPPED = new Set([
  ...['authorization', 'connection', 'content-md5', 'date', 'max-forwards', 'server', 'user-agent', 'www-authenticate'],
]);

/** Of a response: the caller does not see them. The length is that of what is streamed. */
const DROPPED_FROM_RESPONSE = new Set([
  ...['content-length', 'expect', 'host', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'via'],
]);

export function isDroppedFromRequest(name: string): boolean {
  return DROPPED_FROM_REQUEST.has(name.toLowerCase());
}

/** The name by which a response's header leaves; undefined for one that does not. */
export function leavingHeader(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (DROPPED_FROM_RESPONSE.has(lower)) return undefined;
  return REMAPPED.has(lower) ? `x-amzn-Remapped-${lower}` : name;
}
