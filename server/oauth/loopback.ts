const LOOPBACK = /^(?:localhost|127\.0\.0\.1)$/;

/** A URL of this machine's own, by the two names that the SDK knows: good for local use, where nobody listens in. */
export function isLoopbackUrl({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK.test(hostname);
}
