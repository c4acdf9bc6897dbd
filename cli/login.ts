import { createInterface } from 'node:readline';
import type { Person } from './auth/person.ts';
import { printJson } from './output/terminal.ts';
import { authTarget, readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp login TARGET [options]

Signs you in to a server that people sign in to (OAuth), in a browser; then other commands reach it with --auth oauth. The
tokens are kept in a file that only you can read, renewed by themselves, and sent to this server only. TARGET is its URL.

With OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET a machine signs in by itself; with OAUTH_REDIRECT_URI too, a person does.

Options:
  --no-browser               print the URL to open, on any machine, and take the one that the browser comes back to
  --scope SCOPE              ask for this scope too; may be given more than once
${SHARED_HELP}`;

const OPTIONS = { 'no-browser': { type: 'boolean' }, scope: { type: 'string', multiple: true } } as const;

export async function login(args: string[]): Promise<void> {
  const parsed = readArguments('login', HELP, args, OPTIONS);
  if (!parsed) return;
  const { options, values, positionals } = parsed;
  const [target, extra] = positionals;
  if (target === undefined || extra !== undefined || !target.includes('://')) {
    throw new UsageError(
      'login takes one TARGET: the URL of a server that people sign in to. See: lambda-mcp login --help',
    );
  }
  const { logIn } = await import('./auth/log-in.ts');
  const { awake } = await import('./auth/awake.ts');
  const { describeSignIn, signInText } = await import('./auth/describe-sign-in.ts');
  await using person = values['no-browser'] ? personWithTerminal() : { ...TOLD, [Symbol.asyncDispose]: async () => {} };
  const made = await awake(logIn(authTarget(target, options), person, values.scope ?? []));
  if (options.json) printJson(describeSignIn(made));
  else process.stdout.write(`Signed in.\n${signInText(made)}`);
}

const TOLD: Person = { tell: (text) => void process.stderr.write(text) };

/** Somebody who pastes the URL that they came back to: into a terminal, or through a pipe. */
function personWithTerminal(): Person & AsyncDisposable {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY });
  const given = lines[Symbol.asyncIterator]();
  // Of Ctrl-C a terminal that is read by lines makes no signal.
  lines.once('SIGINT', () => process.exit(130));
  return {
    ...TOLD,
    async askForRedirect(problem) {
      if (problem !== undefined) process.stderr.write(`${problem}\n\n`);
      process.stderr.write('Sign in there, then paste the URL that the browser comes back to, whole:\n');
      const { value, done } = await given.next();
      return done ? undefined : value;
    },
    [Symbol.asyncDispose]: async () => lines.close(),
  };
}
