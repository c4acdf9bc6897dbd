import { ExitCode } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { plainLine, plainText } from './output/display-width.ts';
import { styled } from './output/terminal.ts';
import { printError } from './print-error.ts';
import { runCommand } from './shell/commands.ts';
import { complete } from './shell/complete.ts';
import { readHistory, writeHistory } from './shell/history.ts';
import { Lines } from './shell/lines.ts';
import { createSession, describe } from './shell/session.ts';
import { splitWords } from './shell/split-words.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp shell [TARGET] [options]

Lists and calls tools, reads resources and gets prompts, interactively: \`help\` lists the commands, Tab completes names and
arguments, the history is kept. Reads commands from a pipe as well, and then ends with the exit code of the last one that
failed.

Options:
${SHARED_HELP}`;

export async function shell(args: string[]): Promise<number | undefined> {
  const parsed = readArguments('shell', HELP, args, {});
  if (!parsed) return undefined;
  const [target, extra] = parsed.positionals;
  if (extra !== undefined) {
    throw new UsageError('shell takes one TARGET: a function URL, ARN or name. See: lambda-mcp shell --help');
  }
  const session = createSession(target, parsed.options);
  if (target === undefined) process.stderr.write('Not connected: `connect TARGET` connects, `help` helps.\n');
  else {
    await session.connect().catch((error) => {
      // `auth login` is a command of the shell itself.
      const explained = explainError(error);
      if (parsed.options.auth === 'iam' || explained.exitCode !== ExitCode.credentials) throw error;
      process.stderr.write(`${plainText(explained.message)}\n\`auth login\` signs in here.\n`);
    });
  }
  const interactive = process.stdin.isTTY && process.stdout.isTTY;
  if (interactive && session.isConnected) process.stderr.write(`${describe(session)} Tab completes, \`help\` helps.\n`);

  const terminal = {
    output: process.stdout,
    history: readHistory(),
    historySize: 500,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(line, session),
  };
  const promptOf = () => {
    const name = session.isConnected ? session.connection.serverInfo.name : undefined;
    return `${styled('cyan', plainLine(name ?? 'mcp'))}> `;
  };
  // Each line is kept at once: a shell may be ended by a signal.
  const lines = new Lines({ input: process.stdin, prompt: promptOf(), ...(interactive && terminal) }, writeHistory);
  let running: AbortController | undefined;
  lines.on('SIGINT', () => {
    if (lines.isAsking) process.stdout.write('\n');
    if (running) return running.abort();
    process.stdout.write(lines.line === '' ? '\n(Ctrl-D or `exit` leaves.)\n' : '\n');
    lines.write(null, { ctrl: true, name: 'u' });
    lines.prompt();
  });

  let exitCode: number = ExitCode.ok;
  if (interactive) lines.prompt();
  for await (const line of lines) {
    if (/^\s*(?:exit|quit)\s*$/.test(line)) break;
    running = new AbortController();
    const { signal } = running;
    try {
      const words = splitWords(line);
      if (words.length > 0 && !line.trimStart().startsWith('#')) {
        await runCommand(words, session, { signal, asker: interactive ? lines : undefined });
      }
    } catch (error) {
      const explained = explainError(error);
      if (signal.aborted) process.stderr.write('Given up.\n');
      else if (parsed.options.json) printError(explained, true);
      else process.stderr.write(`${plainText(explained.message)}\n`);
      if (!interactive) exitCode = explained.exitCode;
    }
    running = undefined;
    lines.setPrompt(promptOf());
    if (interactive) lines.prompt();
  }
  lines.close();
  await session.close();
  return exitCode;
}
