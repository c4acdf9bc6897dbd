import { CommandError, ExitCode } from './exit-code.ts';

/** The command line asks for something that is not there. */
export class UsageError extends CommandError {
  /** @param message which may end with where to read on: `See: lambda-mcp call --help` */
  constructor(message: string, options?: ErrorOptions) {
    const [what = '', advice] = message.split(/ (?=See: )/);
    super(what, ExitCode.usage, { ...options, advice });
  }
}
