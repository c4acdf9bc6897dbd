/** A stdio MCP server in the function, in place of a server file of yours. */
export interface McpStdioProps {
  /**
   * An npm package with a stdio server, such as `@modelcontextprotocol/server-everything`. It must be a dependency of the
   * project: it is packed with all that it needs, in the versions of the lock file, and nothing is downloaded later.
   */
  readonly package?: string;
  /** Which of the package's programs; default: the only one that it has. */
  readonly bin?: string;
  /** In place of a package: a program that a layer brings, such as `/opt/server/bin/server`. */
  readonly command?: string;
  /** Arguments of the program. */
  readonly args?: readonly string[];
  /** The variables that the server sees: text, not secrets, since it is packed with the code. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of the function's own variables that the server sees too. */
  readonly pass?: readonly string[];
  /** As `createLambdaHandler` of `lambda-mcp/server/stdio` has it. @default 'caller' */
  readonly isolation?: 'caller' | 'request' | 'shared';
  /** Whether the server sees the function's AWS credentials. @default false */
  readonly awsCredentials?: boolean;
  /** Name of a variable that holds the caller's ARN. @default - none */
  readonly callerArnVariable?: string;
}
