import { Token } from 'aws-cdk-lib';

const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}$/;

/**
 * What stands in URLs, which clients and tokens name to the letter: a host in small letters, without scheme, port and path.
 *
 * @throws Error for anything else
 */
export function assertHostName(construct: string, domainName: string | undefined): void {
  if (domainName === undefined || Token.isUnresolved(domainName) || HOST.test(domainName)) return;
  throw new Error(
    `${construct}: "${domainName}" is no domainName. Give the host alone, in small letters: tools.example.com.`,
  );
}
