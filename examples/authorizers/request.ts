import { allow } from './allow.ts';
import { verifyToken } from './verify-token.ts';

interface RequestAuthorizerEvent {
  readonly methodArn: string;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** A Lambda authorizer of type REQUEST: it sees the request without its body. */
export async function handler({ headers, methodArn }: RequestAuthorizerEvent) {
  const [, authorization] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return allow(await verifyToken(authorization), methodArn);
}
