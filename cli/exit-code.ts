import { redact } from '../transport/signing/redact.ts';

/** What the process's exit status says; documented in docs/cli.md and in `lambda-mcp --help`. */
export const ExitCode = {
  ok: 0,
  /** The command or the function failed. */
  failed: 1,
  /** The command line asks for something that is not there. */
  usage: 2,
  /** No credentials, or none that are valid. */
  credentials: 3,
  /** AWS refused the request. */
  refused: 4,
  /** No function was reached: wrong address, no connection, no answer in time, throttled. */
  unreachable: 5,
  /** The tool ran and said that it failed. */
  toolError: 6,
  /** The server asks for input, and there is nobody to ask. */
  input: 7,
  /** An audit of which a part is missing: its input is cut, makes no sense, or its two sides never meet. */
  incomplete: 8,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What is known of a failure beside its message, for programs. */
export interface ErrorDetails {
  /** What to do, as a sentence. */
  readonly advice?: string | undefined;
  /** Of the HTTP response. */
  readonly status?: number | undefined;
  /** AWS's. */
  readonly requestId?: string | undefined;
  /** How AWS names its error, such as `AccessDeniedException`. */
  readonly errorType?: string | undefined;
  /** Of the server's JSON-RPC error. */
  readonly code?: number | undefined;
  /** Likewise. */
  readonly data?: unknown;
}

/** A failure as the user is to read it: what happened, why, and what to do; with the exit status to end with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly details: ErrorDetails;

  /** @param message what happened and why; the advice follows it */
  constructor(message: string, exitCode: ExitCode, { cause, ...details }: ErrorOptions & ErrorDetails = {}) {
    super(redact(details.advice ? `${message} ${details.advice}` : message), { cause });
    this.exitCode = exitCode;
    this.details = details;
  }
}
