import { type HostScope, readHost } from '../wire/aws/hosts.ts';
import { TargetError } from './errors.ts';

/** What SigV4 binds a signature to, beside the day. */
export type SigningScope = HostScope;

/** What is known of it beforehand. */
type Given = { readonly [Part in keyof SigningScope]?: string | undefined };

/**
 * The service and region that a URL's requests are signed for.
 *
 * Read from the host's name, where it is one of AWS's. Else the service is `lambda` on loopback, and the region comes
 * from `AWS_REGION` or `AWS_DEFAULT_REGION`. What is given goes first.
 *
 * @param host that is signed for, where it is another than the URL's
 * @throws {TargetError} when the host tells neither and nothing was given, or for http: to anything but loopback
 */
export function signingScope(url: URL, given: Given, host = url.hostname): SigningScope {
  const { service, region = service && environmentRegion() } = readScope(url, given, host);
  if (service && region) return { service, region };
  const missing = [!service && '`service`', !region && '`region`'].filter(Boolean).join(' and ');
  const hint = isLoopback(host) ? ', or set AWS_REGION' : '';
  throw new TargetError(`${host} does not tell what to sign for: give the option ${missing}${hint}.`);
}

/**
 * The same, where the region may also be the profile's.
 *
 * @throws {TargetError}
 */
export async function findSigningScope(
  url: URL,
  given: Given & { readonly profile?: string | undefined },
  host = url.hostname,
): Promise<SigningScope> {
  const { service, region = environmentRegion() } = readScope(url, given, host);
  if (!service || region) return signingScope(url, given, host);
  const { profileRegion } = await import('./signing/profiles.ts');
  const ofProfile = await profileRegion(given.profile);
  return signingScope(url, { ...given, ...(ofProfile && { region: ofProfile }) }, host);
}

function readScope(url: URL, given: Given, host: string): Partial<SigningScope> {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TargetError(`${url.origin} is not https. A signed request is sent over http to loopback addresses only.`);
  }
  // Names of hosts are the same in either case; a URL's is in lower case already.
  const known = readHost(host.toLowerCase());
  const service = given.service ?? known?.service ?? (isLoopback(host) ? 'lambda' : undefined);
  const region = given.region ?? known?.region;
  return { ...(service && { service }), ...(region && { region }) };
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** The region that the environment names, or undefined. */
export function environmentRegion(): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = globalThis.process?.env ?? {};
  return AWS_REGION || AWS_DEFAULT_REGION || undefined;
}
