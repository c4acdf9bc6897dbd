import { CommandError, ExitCode } from './exit-code.ts';

/** The command line asks for something that is not there. */
export class UsageError extends CommandError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, ExitCode.usage, options);
  }
}
