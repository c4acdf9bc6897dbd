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
   * How long loading the module may take. AWS would then load it once more, on the call's time.
   * @default 10_000
   */
  readonly initTimeoutMs?: number;
  /** Limits the heap only; buffers are outside it. */
  readonly memoryMb: number;
  /** How many calls may run at once. */
  readonly maxConcurrency: number;
  /** Gets what the function and the platform log, a line at a time and without its newline. Must not throw. */
  readonly log: (line: string) => void;
}
