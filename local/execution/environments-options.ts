export interface EnvironmentsOptions {
  /** Absolute path of the handler's module: `.js`, `.mjs`, or `.ts` of which Node can strip the types. */
  readonly entry: string;
  /** @default 'handler' */
  readonly exportName?: string;
  /** Environment variables of the function, besides those that Lambda sets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly functionName: string;
  /** Without a qualifier. */
  readonly functionArn: string;
  readonly region: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /**
   * How long loading the module may take. Then it is loaded once more, on the call's time.
   * @default 10_000
   */
  readonly initTimeoutMs?: number;
  /** What one environment may have resident, on Linux; elsewhere it limits the heap only. */
  readonly memoryMb: number;
  /** How many calls may run at once. */
  readonly maxConcurrency: number;
  /**
   * How many calls one environment runs at once, as Lambda Managed Instances lets it.
   * @default 1
   */
  readonly maxConcurrencyPerEnvironment?: number;
  /**
   * Whether an environment stands still while nobody calls. Not on Windows.
   * @default false
   */
  readonly freeze?: boolean;
  /**
   * Arguments of Node in each environment. With a debugger (`--inspect…`) time-outs and freezing are off.
   * @default none
   */
  readonly execArgv?: readonly string[];
  /**
   * Path of a program that speaks to the Runtime API, such as AWS's runtime interface client.
   * @default the runtime of the local Lambda
   */
  readonly runtime?: string;
  /** Gets what the function and the platform log, a line at a time and without its newline. Must not throw. */
  readonly log: (line: string) => void;
}

/** Whether somebody may be looking at it with a debugger, who takes their time. */
export function isDebugged({ execArgv = [] }: EnvironmentsOptions): boolean {
  return execArgv.some((argument) => argument.startsWith('--inspect'));
}
