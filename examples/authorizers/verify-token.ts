import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

const { ISSUER = '', AUDIENCE = '', JWKS_URI = `${ISSUER}/.well-known/jwks.json` } = process.env;
if (!ISSUER || !AUDIENCE) throw new Error('The authorizer needs ISSUER and AUDIENCE in its environment.');

/** Fetched when first needed, and kept as long as the environment lives. */
const keys = createRemoteJWKSet(new URL(JWKS_URI));

/**
 * The claims of a token that this issuer signed, for this audience, and that has not expired.
 *
 * @throws Error `Unauthorized`, which API Gateway answers with 401; any other error would be a 500
 */
export async function verifyToken(header: string | undefined): Promise<JWTPayload & { readonly sub: string }> {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['exp', 'sub'],
    });
    return payload as JWTPayload & { readonly sub: string };
  } catch (error) {
    // The reason goes to the log: whoever sent the token learns nothing of it.
    console.warn(`refused: ${(error as Error).message}`);
    throw new Error('Unauthorized');
  }
}
