/** A person who can sign in. */
export interface PoolUser {
  readonly username: string;
  readonly password: string;
  /** A UUID. */
  readonly sub: string;
}

/** An app client. */
export interface PoolClient {
  readonly clientId: string;
  /** Of a confidential client, as machines have it. */
  readonly clientSecret?: string;
  /** Exact ones, port included; none for a machine. */
  readonly callbackUrls: readonly string[];
  /** What it may ask for, and gets when it asks for nothing. */
  readonly scopes: readonly string[];
}

/** A user pool, as far as it shows from outside. */
export interface Pool {
  /** `us-east-1_…` */
  readonly id: string;
  readonly users: readonly PoolUser[];
  readonly clients: readonly PoolClient[];
  /** How long an access token is good; seconds. */
  readonly accessTokenValidity: number;
}

/** Scopes that are OpenID Connect's own; all others are of resource servers. */
export const OPENID_SCOPES: readonly string[] = ['openid', 'email', 'phone', 'profile'];
