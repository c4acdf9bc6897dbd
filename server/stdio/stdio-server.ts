/** A stdio MCP server, and what it may see. */
export interface StdioServer {
  /** The program. `node` is the Node that runs the handler. */
  readonly command: string;
  /**
   * Its arguments; no shell reads them.
   * @default []
   */
  readonly args?: readonly string[] | undefined;
  /**
   * The variables that the server sees, and `PATH`: none of the function's own beside them. A variable that is
   * undefined is left out, so that `{ TOKEN: process.env.TOKEN }` passes one on.
   * @default {}
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The folder that the server starts in. In Lambda only `/tmp` can be written to.
   * @default the function's own
   */
  readonly cwd?: string | undefined;
  /**
   * Who shares a process.
   *
   * - `'caller'`: nobody. Each verified caller's full ARN has a process of its own, which keeps its state between calls.
   *   A caller that nobody verified is served as with `'request'`.
   * - `'request'`: not even two requests of one caller. A process keeps nothing, and each request pays for its start.
   * - `'shared'`: everybody. What one caller leaves in the process, another one may find there.
   *
   * @default 'caller'
   */
  readonly isolation?: 'caller' | 'request' | 'shared' | undefined;
  /**
   * Whether the server sees the function's AWS credentials and region, as the AWS SDKs look for them.
   * @default false
   */
  readonly awsCredentials?: boolean | undefined;
  /**
   * Name of a variable that holds the caller's ARN, empty for a caller that nobody verified. It is known only once a
   * caller has come, so that no process can be started before. Not with `'shared'`.
   * @default none
   */
  readonly callerArnVariable?: string | undefined;
  /**
   * Most processes at once; the one that was idle longest is ended first.
   * @default one for each 100 MB of the function's memory beyond 128 MB, at least 1; 10 outside Lambda
   */
  readonly maxProcesses?: number | undefined;
}

/** @throws {TypeError} when it names no program, or what cannot be had together */
export function assertStdioServer(server: StdioServer): void {
  if (typeof server?.command !== 'string' || server.command === '') {
    throw new TypeError(
      'createLambdaHandler of lambda-mcp/server/stdio takes the command of a stdio server: write ' +
        "createLambdaHandler({ command: 'node', args: ['server.js'] }).",
    );
  }
  const { isolation = 'caller', callerArnVariable, maxProcesses = 1 } = server;
  if (!['caller', 'request', 'shared'].includes(isolation)) {
    throw new TypeError(`isolation is 'caller', 'request' or 'shared', not ${JSON.stringify(isolation)}.`);
  }
  if (isolation === 'shared' && callerArnVariable !== undefined) {
    throw new TypeError("callerArnVariable needs a process for each caller: leave out isolation: 'shared'.");
  }
  if (!Number.isInteger(maxProcesses) || maxProcesses < 1) {
    throw new TypeError(`maxProcesses is a whole number from 1, not ${JSON.stringify(maxProcesses)}.`);
  }
}
