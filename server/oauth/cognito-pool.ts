import { endpointHost } from '../../wire/aws/hosts.ts';
import { partitionOf } from '../../wire/aws/partitions.ts';
import { isLoopbackUrl } from './loopback.ts';

const POOL_ID = /^(?<region>[a-z]+(?:-[a-z]+)+-\d+)_[A-Za-z0-9]+$/;

/**
 * The issuer of a user pool.
 *
 * Source: Amazon Cognito Developer Guide, "Verifying JSON web tokens".
 *
 * @param region default: the pool's own
 * @throws {TypeError} for what is no pool, or a pool of another region
 */
export function poolIssuer(userPoolId: string | undefined, region: string | undefined): string {
  if (!userPoolId) {
    throw new TypeError('cognito() needs the user pool: set the option userPoolId, or COGNITO_USER_POOL_ID.');
  }
  const own = POOL_ID.exec(userPoolId)?.groups?.region;
  if (own === undefined)
    throw new TypeError(`${JSON.stringify(userPoolId)} is no user pool id, such as us-east-1_Ab1.`);
  if (region && region !== own) {
    throw new TypeError(`The user pool ${userPoolId} is in ${own}, and region, or COGNITO_REGION, says ${region}.`);
  }
  return `https://${endpointHost('cognito-idp', own)}/${userPoolId}`;
}

/**
 * The origin of a pool's domain, from its prefix, its host or, for local use, an origin on loopback.
 *
 * Source: Amazon Cognito Developer Guide, "Configuring a user pool domain".
 *
 * @throws {TypeError} for a pool id, or a prefix in a partition whose suffix is not documented
 */
export function poolDomain(domain: string, issuer: string): string {
  const local = URL.parse(domain);
  if (local && isLoopbackUrl(local)) return local.origin;
  const { region = '' } = POOL_ID.exec(issuer.split('/').at(-1) ?? '')?.groups ?? {};
  if (POOL_ID.test(domain)) {
    throw new TypeError(
      `${domain} is a user pool id, not its domain: domain, or COGNITO_DOMAIN, is a prefix such as my-tools, or a host ` +
        'such as auth.example.com.',
    );
  }
  const host = domain.replace(/^https:\/\//, '').replace(/\/$/, '');
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host)) return `https://${host}`;
  if (!/^[a-z0-9-]+$/.test(host)) throw new TypeError(`${JSON.stringify(domain)} is no domain of a user pool.`);
  const label = { aws: 'auth', 'aws-us-gov': 'auth-fips' }[partitionOf(region).id];
  if (label === undefined) {
    throw new TypeError(`The domain of a prefix is not documented for ${region}: give the whole host.`);
  }
  return `https://${host}.${label}.${region}.amazoncognito.com`;
}

/** An issuer on loopback in place of the pool's. @throws {TypeError} for any other */
export function localIssuer(text: string): string {
  const url = URL.parse(text);
  if (url && isLoopbackUrl(url)) return text;
  throw new TypeError(
    `${JSON.stringify(text)} is not on loopback: issuer, or COGNITO_ISSUER, is for local use. For another issuer use ` +
      'oidc({ issuer }).',
  );
}
