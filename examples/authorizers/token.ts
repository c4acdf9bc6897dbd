import { allow } from './allow.ts';
import { verifyToken } from './verify-token.ts';

/** A Lambda authorizer of type TOKEN: it sees one header, and nothing else of the request. */
export async function handler({ authorizationToken, methodArn }: { authorizationToken: string; methodArn: string }) {
  return allow(await verifyToken(authorizationToken), methodArn);
}
