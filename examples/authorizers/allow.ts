import type { JWTPayload } from 'jose';

/**
 * Lets a caller use the whole stage. API Gateway remembers the policy for the token, whichever path is asked for next: one
 * for this method only would refuse the others.
 */
export function allow({ sub, scope }: JWTPayload & { readonly sub: string }, methodArn: string) {
  const [api, stage] = methodArn.split('/');
  return {
    principalId: sub,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
    },
    // Flat: API Gateway takes strings, numbers and booleans only. The server finds it in `authorizer`.
    context: { ...(typeof scope === 'string' && { scope }) },
  };
}
