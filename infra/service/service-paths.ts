/**
 * What a load balancer sends to a server: its MCP endpoint, and where clients look for who signs people in.
 *
 * @param isFirst whether it answers for the host as well, to clients that leave out the path
 *
 * Source: RFC 9728, section 3.1; RFC 8414, section 3.1: the well-known part stands before the path.
 */
export function servicePaths(path: string, isFirst: boolean): string[] {
  const wellKnown = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server'];
  const own = [path, ...wellKnown.map((prefix) => `${prefix}${path}`)];
  return isFirst ? [...own, ...wellKnown] : own;
}
