import { isRecord, isString } from '../../wire/json.ts';
import { plainLine } from '../output/display-width.ts';
import type { SignIn } from './sign-in-store.ts';

/** What may be told of a sign-in: no token. */
export interface SignInDescription {
  readonly server: string;
  readonly issuer: string;
  readonly clientId: string;
  /** As the access token says, unverified; undefined where it does not, or is no JWT. */
  readonly user?: string;
  readonly scope?: string;
  /** When the access token ends. ISO 8601. */
  readonly expiresAt?: string;
  /** Whether it is renewed by itself. */
  readonly renewable: boolean;
}

export function describeSignIn({ server, issuer, client, ...rest }: SignIn): SignInDescription {
  const { scope, expiresAt, accessToken, refreshToken } = rest;
  const user = userOf(accessToken);
  return {
    server,
    issuer,
    clientId: client.client_id,
    ...(user !== undefined && { user }),
    ...(scope !== undefined && { scope }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    renewable: refreshToken !== undefined || client.isMachine === true,
  };
}

/** The same for a person. */
export function signInText(signIn: SignIn): string {
  const { server, issuer, clientId, user, scope, expiresAt, renewable } = describeSignIn(signIn);
  const isOver = signIn.expiresAt !== undefined && signIn.expiresAt <= Date.now();
  const ends = expiresAt === undefined ? 'its end is not known' : `${isOver ? 'ended' : 'good until'} ${expiresAt}`;
  const lines = {
    Server: server,
    Issuer: issuer,
    Client: `${clientId}${signIn.client.isMachine ? ', a machine' : ''}`,
    User: user,
    Scopes: scope,
    Token: `${ends}${renewable ? ', renewed by itself' : ''}`,
  };
  return Object.entries(lines)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name.padEnd(9)}${plainLine(String(text))}\n`)
    .join('');
}

function userOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const user = isRecord(claims) ? (claims.username ?? claims.preferred_username ?? claims.email) : undefined;
    return isString(user) ? plainLine(user).slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}
