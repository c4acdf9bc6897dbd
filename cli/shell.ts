import { createInterface } from 'node:readline';
import { ExitCode } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import type { Asker } from './input/ask-person.ts';
import { askLine } from './input/terminal-asker.ts';
import { plainLine, plainText } from './output/display-width.ts';
import { styled } from './output/terminal.ts';
import { describe, runCommand } from './shell/commands.ts';
import { complete } from './shell/complete.ts';
import { readHistory, writeHistory } from './shell/history.ts';
import { createSession } from './shell/session.ts';
import { splitWords } from './shell/split-words.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp shell TARGET [options]

Lists and calls tools, reads resources and gets prompts, interactively: \`help\` lists the commands, Tab completes names and
arguments, the history is kept. Reads commands from a pipe as well, and then ends with the exit code of the last one that
failed.

Options:
${SHARED_HELP}`;

export async function shell(args: string[]): Promise<number | undefined> {
  const parsed = readArguments('shell', HELP, args, {});
  if (!parsed) return undefined;
  const [target, extra] = parsed.positionals;
  if (target === undefined || extra !== undefined) {
    throw new UsageError('shell takes one TARGET: a function URL, ARN or name. See: lambda-mcp shell --help');
  }
  const session = createSession(target, parsed.options);
  await session.connect();
  const interactive = process.stdin.isTTY && process.stdout.isTTY;
  if (interactive) process.stderr.write(`${describe(session)} Tab completes, \`help\` helps.\n`);

  const lines = createInterface({
    input: process.stdin,
    ...(interactive && {
      output: process.stdout,
      history: readHistory(),
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (line: string) => complete(line, session),
    }),
    prompt: `${styled('cyan', plainLine(session.connection.serverInfo.name ?? 'mcp'))}> `,
  });
  let history: readonly string[] = [];
  let asking = false;
  lines.on('history', (newestFirst) => {
    // Answers to a server's questions are not kept.
    if (asking) newestFirst.shift();
    history = newestFirst;
  });
  const asker: Asker = {
    tell: (text) => void process.stderr.write(text),
    async ask(question, signal) {
      asking = true;
      try {
        return await askLine(lines, question, signal);
      } finally {
        asking = false;
      }
    },
  };
  let running: AbortController | undefined;
  lines.on('SIGINT', () => {
    if (asking) process.stdout.write('\n');
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
        await runCommand(words, session, { signal, asker: interactive ? asker : undefined });
      }
    } catch (error) {
      const { message, exitCode: code } = explainError(error);
      process.stderr.write(signal.aborted ? 'Given up.\n' : `${plainText(message)}\n`);
      if (!interactive) exitCode = code;
    }
    running = undefined;
    if (interactive) lines.prompt();
  }
  lines.close();
  if (history.length > 0) writeHistory(history);
  await session.close();
  return exitCode;
}
