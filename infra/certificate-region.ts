import { Arn, ArnFormat, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';

/** A certificate's region; undefined where only the deployment knows it. */
export function certificateRegion(certificate: ICertificate): string | undefined {
  const { certificateArn, env } = certificate;
  const region = Token.isUnresolved(certificateArn)
    ? env.region
    : Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
  return region === undefined || Token.isUnresolved(region) ? undefined : region;
}

/** @throws Error for a certificate of another region than the one that its user looks in */
export function assertCertificateRegion(
  construct: string,
  certificate: ICertificate,
  region: string,
  user: string,
): void {
  const found = certificateRegion(certificate);
  if (found === undefined || Token.isUnresolved(region) || found === region) return;
  throw new Error(`${construct}: ${user} takes certificates of ${region} only, and this one is of ${found}.`);
}
