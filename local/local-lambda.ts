import type { Report } from './access.ts';
import type { LocalPrincipal, LocalPrincipalOptions } from './principals.ts';
import type { AddPermissionInput } from './resource-policy.ts';
import type { LocalRestApiOptions } from './rest-api/rest-api-options.ts';

/** Options of `startLocalLambda`. */
export interface LocalLambdaOptions {
  /** Path of the module that exports the handler: TypeScript or JavaScript. */
  readonly entry: string;
  /**
   * Whether to bundle the entry with esbuild, as `McpFunction` deploys it. A bundle of `McpFunction` is known as one and
   * runs as it is; with `false` every file does, and Node must be able to run it.
   * @default true
   */
  readonly bundle?: boolean;
  /**
   * Packages that are left out of the bundle, and lie beside it, as with `bundling: { nodeModules }` of `McpFunction`: those
   * that read files of their own by paths which only show when they run.
   * @default none
   */
  readonly nodeModules?: readonly string[];
  /**
   * Name of the handler's export.
   * @default 'handler'
   */
  readonly exportName?: string;
  /**
   * The function's name.
   * @default 'mcp-server'
   */
  readonly functionName?: string;
  /**
   * The ARNs of the function and of the principals are of its partition.
   * @default 'us-east-1'
   */
  readonly region?: string;
  /**
   * 12 digits.
   * @default '111122223333'
   */
  readonly accountId?: string;
  /**
   * Aliases of the function, all of `$LATEST`.
   * @default none
   */
  readonly aliases?: readonly string[];
  /** Environment variables of the function, beside those that Lambda sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * How long one invocation may take; milliseconds.
   * @default 30000
   */
  readonly timeout?: number;
  /**
   * Memory of one execution environment, 128 to 10240 MB. On Linux, one that has more resident is killed; elsewhere it limits
   * the heap only.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * How many invocations may run at once; more are throttled.
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * How many of them one execution environment runs at once, as Lambda Managed Instances does it.
   * @default 1
   */
  readonly perExecutionEnvironmentMaxConcurrency?: number;
  /**
   * Whether an environment is frozen between invocations, as in Lambda: its timers and what it began go on with the next
   * invocation. On Linux and macOS only.
   * @default false
   */
  readonly freeze?: boolean;
  /**
   * Arguments of Node for each environment. With its debugger (`--inspect`) time-outs and freezing are off.
   * @default none
   */
  readonly execArgv?: readonly string[];
  /**
   * Who can call: roles and users, with the policies attached to them.
   * @default none
   */
  readonly principals?: readonly LocalPrincipalOptions[];
  /**
   * Statements of the function's resource policy, as AddPermission takes them.
   * @default none
   */
  readonly permissions?: readonly AddPermissionInput[];
  /**
   * Auth type of the function URL. With `NONE` whoever reaches it is let through, and the function checks who calls.
   * @default 'AWS_IAM'
   */
  readonly authType?: 'AWS_IAM' | 'NONE';
  /**
   * Port of the function URL on 127.0.0.1.
   * @default a free one
   */
  readonly port?: number;
  /**
   * An API Gateway REST API in front of the function too, whose events the function then takes.
   * @default none
   */
  readonly restApi?: LocalRestApiOptions;
  /**
   * Port of the Lambda API on 127.0.0.1.
   * @default a free one
   */
  readonly lambdaPort?: number;
  /**
   * File to which data events are added, one CloudTrail record a line.
   * @default a new file in the system's temporary folder, which goes when this process ends
   */
  readonly trailFile?: string;
  /**
   * File to which the function's log is added.
   * @default a new file in the system's temporary folder, which goes when this process ends
   */
  readonly logFile?: string;
  /**
   * File to which the REST API's access log is added, as `McpRestApi` has it written.
   * @default a new file in the system's temporary folder, which goes when this process ends
   */
  readonly accessLogFile?: string;
  /**
   * Takes what AWS would keep to itself: why a request was refused, what a policy holds that is not known here.
   * @default a line on stderr
   */
  readonly report?: Report;
  /**
   * Takes each line of the function's log, beside the file.
   * @default nothing
   */
  readonly log?: (line: string) => void;
}

/** A local Lambda that runs. */
export interface LocalLambda {
  /** `http://127.0.0.1:PORT/` */
  readonly functionUrl: string;
  /** `http://127.0.0.1:PORT/prod/mcp`, where there is a REST API. Requests to it are signed for `execute-api`. */
  readonly restApiUrl: string | undefined;
  /** Endpoint of the Lambda API, for `--endpoint-url` and AWS SDK clients: `http://127.0.0.1:PORT`. */
  readonly lambdaEndpoint: string;
  /** Name that the Invoke API takes. */
  readonly functionName: string;
  /** ARN that the Invoke API takes, and that policies name. */
  readonly functionArn: string;
  /** Region that requests are signed for. */
  readonly region: string;
  /** Who can call, with credentials that are good here only. */
  readonly principals: readonly LocalPrincipal[];
  /** Path of the file of CloudTrail records, one a line. */
  readonly trailFile: string;
  /** Path of the file of the function's log. */
  readonly logFile: string;
  /** The access log, where there is a REST API. */
  readonly accessLogFile: string | undefined;
  /**
   * Takes up changed code: bundles it, and every later invocation starts in a new environment.
   *
   * @throws Error when it cannot be bundled; what ran before runs on
   */
  reload(): Promise<void>;
  /** Stops it, and ends its processes. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
