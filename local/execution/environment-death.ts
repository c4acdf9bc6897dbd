import { FunctionError } from './errors.ts';

/** How an environment came to its end, worded for the call that it took along. */
export interface EnvironmentDeath {
  toError(requestId: string): FunctionError;
  /** Tail of the REPORT line. */
  readonly status: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
export function timedOut(limitMs: number): EnvironmentDeath {
  const seconds = (limitMs / 1000).toFixed(2);
  return death('Sandbox.Timedout', `Task timed out after ${seconds} seconds`, 'Status: timeout');
}

/** As Lambda's own words name them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** By `process.exit`, with status 1 by an error that nothing caught, by a signal: of a full heap `SIGABRT`. */
export function exited(code: number | null, signal: string | null): EnvironmentDeath {
  if (signal !== null) return exit(`signal: ${SIGNALS[signal] ?? signal}`);
  return code === 0
    ? death('Runtime.ExitError', 'Runtime exited without providing a reason')
    : exit(`exit status ${code}`);
}

function exit(how: string): EnvironmentDeath {
  return death('Runtime.ExitError', `Runtime exited with error: ${how}`);
}

/** By this program, not as AWS would: the environments were closed. */
export function closed(): EnvironmentDeath {
  return death('Runtime.ExitError', 'The local Lambda was closed before the function had ended');
}

/** The runtime's own report of why the function could not be loaded. */
export function failedToLoad(error: FunctionError): EnvironmentDeath {
  return { toError: () => error, status: errorStatus(error.errorType) };
}

function death(errorType: string, message: string, status = errorStatus(errorType)): EnvironmentDeath {
  return {
    toError: (requestId) => new FunctionError({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
    status,
  };
}

function errorStatus(errorType: string): string {
  return `Status: error\tError Type: ${errorType}`;
}
