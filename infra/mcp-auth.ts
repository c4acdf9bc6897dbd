import type { McpUserPool } from './mcp-user-pool.ts';

/** Options of `McpAuth.userPool`. */
export interface UserPoolAuthOptions {
  /**
   * The server's URL as its clients know it, where a domain of yours or an API stands before it.
   *
   * @default - the function URL, which the function learns from each request
   */
  readonly serverUrl?: string;
}

/** Who checks the callers of a function, in place of IAM. */
export class McpAuth {
  /** People and machines sign in at a user pool; the server has `cognito()` for its option `auth`. */
  static userPool(pool: McpUserPool, { serverUrl }: UserPoolAuthOptions = {}): McpAuth {
    return new McpAuth({
      LAMBDA_MCP_AUTH: 'oauth',
      ...pool.environment,
      ...(serverUrl !== undefined && { MCP_SERVER_URL: serverUrl }),
    });
  }

  /** Variables of the function, by which `cognito()` knows the pool. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(environment: Readonly<Record<string, string>>) {
    this.environment = environment;
  }
}
