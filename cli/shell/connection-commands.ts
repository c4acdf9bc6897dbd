import { CommandError, ExitCode } from '../exit-code.ts';
import { readArguments } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import { describe, type Session } from './session.ts';

type Run = (words: readonly string[], session: Session, running: { readonly signal: AbortSignal }) => Promise<void>;

/** The commands that make a connection, and end it. */
export const CONNECTION_COMMANDS: Readonly<Record<string, Run>> = {
  async connect(words, session, running) {
    const parsed = readArguments('shell', CONNECT_HELP, [...words], {});
    if (!parsed) return;
    const [target, extra] = parsed.positionals;
    if (extra !== undefined) throw new UsageError('connect takes one TARGET: a function URL, ARN or name.');
    if (target !== undefined) await session.use(target, parsed.options);
    else if (words.length > 0) throw new UsageError('With options of its own connect takes a TARGET too.');
    await reconnect(session, running.signal);
  },
  async disconnect(_, session) {
    await session.close();
    process.stderr.write('Disconnected. `reconnect` connects anew.\n');
  },
  reconnect: (_, session, { signal }) => reconnect(session, signal),
  'terminate-session': async (_, session) => {
    const status = await session.connection.close();
    if (status === undefined) {
      process.stderr.write('The server keeps no session: nothing ends.\n');
      return;
    }
    // Source: MCP specification 2025-11-25, "Session Management": 405 says that a server ends its sessions itself.
    if (status >= 300) throw new CommandError(`The server did not end the session (${status}).`, ExitCode.failed);
    await session.close();
    process.stderr.write('The session has ended. `reconnect` begins another.\n');
  },
};

const CONNECT_HELP = 'connect [TARGET] [options]: as for `lambda-mcp shell`, whose --help lists the options.\n';

async function reconnect(session: Session, signal: AbortSignal): Promise<void> {
  await session.connect(signal);
  process.stderr.write(`${describe(session)}\n`);
}
