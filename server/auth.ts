import type { Caller } from './caller.ts';

/** Who is signed in, as a verified token says: the SDK's own shape, with the user beside it. */
export interface AuthInfo {
  /** The access token. It is for this server only: pass it on to nobody, and log it nowhere. */
  readonly token: string;
  /** The OAuth client that the token was issued to. */
  readonly clientId: string;
  /** The user's name, or id where the token names none; undefined for a machine's token. */
  readonly user: string | undefined;
  /** The scopes that the token grants. */
  readonly scopes: string[];
  /** Seconds since 1970. */
  readonly expiresAt?: number;
  /** The server that the token is for. */
  readonly resource?: URL;
  /** Where the server's metadata are (RFC 9728), for the answer to a token that grants too little. */
  readonly resourceMetadataUrl?: string;
  /** The token's claims. */
  readonly extra?: Record<string, unknown>;
}

/** What the option `auth` takes: `cognito(…)` and `oidc(…)` of `lambda-mcp/oauth` make one. */
export interface RequestAuth {
  /** The server's own URL; undefined where a function URL tells it with each request. */
  readonly resource: URL | undefined;
  /** The metadata document that a request asks for; undefined for any other request. */
  describe(request: Request, isOwnUrl: boolean): Response | undefined;
  /**
   * Who is signed in, or the answer that refuses them.
   *
   * @param isOwnUrl whether AWS vouches for the request's URL: a `Host` that the client chose says nothing
   */
  authenticate(request: Request, isOwnUrl: boolean): Promise<AuthInfo | Response>;
  /** The answer to a message that asks for more than the token's scopes allow. */
  refuse(message: unknown, authInfo: AuthInfo): Response | undefined;
}

/**
 * Refuses to start a function that was deployed for OAuth, and so without IAM in front of it, if nothing in it checks
 * who calls.
 *
 * @throws {TypeError} when `LAMBDA_MCP_AUTH` is `oauth` and there is no `auth`
 */
export function assertAuth({ auth }: { readonly auth?: RequestAuth | undefined } = {}): void {
  if (auth !== undefined && typeof auth?.authenticate !== 'function') {
    throw new TypeError('The option auth takes what cognito(…) or oidc(…) of lambda-mcp/oauth returns.');
  }
  if (process.env.LAMBDA_MCP_AUTH !== 'oauth' || auth) return;
  throw new TypeError(
    'This function was deployed for OAuth (LAMBDA_MCP_AUTH=oauth), so that AWS lets everybody call it, and its code ' +
      'checks nobody. Write createLambdaHandler(…, { auth: cognito() }) with cognito of lambda-mcp/oauth, or deploy it ' +
      'without the option auth of McpFunction.',
  );
}

/** One text for whoever sent a request: two of the same text are the same caller. */
export function identityOf(caller: Caller | undefined, authInfo: AuthInfo | undefined): string | undefined {
  if (!authInfo) return caller?.arn;
  const { iss, sub } = authInfo.extra ?? {};
  return `oauth:${JSON.stringify([iss, sub, authInfo.clientId])}`;
}
