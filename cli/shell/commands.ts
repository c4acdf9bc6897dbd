import { callTool } from '../call/call-tool.ts';
import { coerceArguments } from '../call/coerce-arguments.ts';
import { toolNamed } from '../call/find-tool.ts';
import { type ContentBlock, printContent } from '../call/print-result.ts';
import { didYouMean } from '../did-you-mean.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { createAnswerInput } from '../input/answer-input.ts';
import type { Asker } from '../input/ask-person.ts';
import { requestWithInput } from '../input/request-with-input.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { plainLine } from '../output/display-width.ts';
import { formatPrompts, formatResources, formatTools } from '../output/listings.ts';
import { printJson } from '../output/terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type AuthCommandContext, runAuthCommand, setAuthMethod } from './auth-commands.ts';
import type { Session } from './session.ts';

const HELP = `  tools                     list the tools
  tools TOOL                one tool, with its schema
  call TOOL key=value …     call a tool; \`call\` may be left out
  resources                 list the resources
  read URI                  read one
  prompts                   list the prompts
  prompt PROMPT key=value … get one
  reconnect                 connect anew, with fresh credentials
  auth status               who is signed in (OAuth); \`auth login\`, \`auth refresh\` and \`auth logout\` change it
  set-auth-method METHOD    iam, oauth, token (or lambda), auto; then connect anew
  debug on | debug off      print each request on stderr, or not
  help                      show this
  exit                      leave; so does Ctrl-D
`;

/** What a command runs with. */
export interface Running {
  readonly signal: AbortSignal;
  /** Undefined where nobody can be asked. */
  readonly asker: Asker | undefined;
}

type Run = (words: readonly string[], session: Session, running: Running) => Promise<void> | void;

const COMMANDS: Readonly<Record<string, Run>> = {
  tools: ([name], { tools }) => {
    if (name === undefined) return list(formatTools(tools), tools, 'tools');
    printJson(toolNamed(tools, name));
  },
  call: ([name, ...words], session, running) => {
    if (name === undefined) throw new UsageError('Which tool? `tools` lists them.');
    return runTool(name, words, session, running);
  },
  resources: (_, { resources }) => list(formatResources(resources), resources, 'resources'),
  read: async ([uri], { connection }, running) => {
    if (uri === undefined) throw new UsageError('Which resource? `resources` lists them.');
    const { contents } = await requestWithInput(connection, 'resources/read', { uri }, answering(uri, running));
    print(contents, uri.split('/').at(-1) || 'resource');
  },
  prompts: (_, { prompts }) => list(formatPrompts(prompts), prompts, 'prompts'),
  prompt: async ([name, ...words], { connection, prompts }, running) => {
    if (name === undefined) throw new UsageError('Which prompt? `prompts` lists them.');
    const known = prompts.find((each) => each.name === name)?.arguments ?? [];
    const schema: JsonSchema = {
      properties: Object.fromEntries(known.map((each) => [each.name, { type: 'string' }])),
      required: known.filter((each) => each.required).map((each) => each.name),
    };
    const params = { name, arguments: coerceArguments(words, schema) };
    const { messages } = await requestWithInput(connection, 'prompts/get', params, answering(name, running));
    for (const { role, content } of messages as { role: string; content: ContentBlock }[]) {
      process.stdout.write(`${role}:\n`);
      print([content].flat(), name);
    }
  },
  reconnect: async (_, session, { signal }) => {
    await session.connect(signal);
    process.stderr.write(`${describe(session)}\n`);
  },
  auth: (words, session, running) => runAuthCommand(words, authContext(session, running)),
  'set-auth-method': (words, session, running) => setAuthMethod(words, authContext(session, running)),
  debug: ([state], session) => {
    if (state !== 'on' && state !== 'off') throw new UsageError('It is `debug on` or `debug off`.');
    session.debug = state === 'on';
  },
  help: () => void process.stdout.write(HELP),
};

/** Without a connection there is nothing to list or to call. */
const OF_CONNECTION = new Set(['tools', 'call', 'resources', 'read', 'prompts', 'prompt']);

export const COMMAND_NAMES: readonly string[] = [...Object.keys(COMMANDS), 'exit'];

/** Runs one line of a shell: a command, or a tool by its name. */
export async function runCommand(words: readonly string[], session: Session, running: Running): Promise<void> {
  const [command = '', ...rest] = words;
  if (OF_CONNECTION.has(command)) void session.connection;
  if (Object.hasOwn(COMMANDS, command)) return COMMANDS[command]?.(rest, session, running);
  if (session.tools.some(({ name }) => name === command)) return runTool(command, rest, session, running);
  const known = [...COMMAND_NAMES, ...session.tools.map(({ name }) => name)];
  throw new UsageError(
    `There is no command or tool ${JSON.stringify(command)}.${didYouMean(command, known)} \`help\` lists the commands.`,
  );
}

function authContext(session: Session, { signal }: Running): AuthCommandContext {
  return {
    target: session.target,
    options: session.options,
    signal,
    get auth() {
      return session.auth;
    },
    set auth(method) {
      session.auth = method;
    },
    async reconnect() {
      await session.connect(signal);
      process.stderr.write(`${describe(session)}\n`);
    },
  };
}

/** A line that says what a session is connected to. */
export function describe({ connection, tools, resources, prompts }: Session): string {
  const { name = 'a server', version = '' } = connection.serverInfo;
  const counts = [count(tools, 'tool'), count(resources, 'resource'), count(prompts, 'prompt')].filter(Boolean);
  return `Connected to ${plainLine(`${name} ${version}`)}, MCP ${connection.protocolVersion}: ${counts.join(', ') || 'nothing offered'}.`;
}

function count(items: readonly unknown[], noun: string): string {
  return items.length === 0 ? '' : `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}

function list(table: string, items: readonly unknown[], what: string): void {
  if (items.length > 0) process.stdout.write(table);
  else process.stderr.write(`The server has no ${what}.\n`);
}

/** How a request that `name` stands for is answered when the server asks. */
function answering(name: string, { signal, asker }: Running) {
  return { signal, answer: createAnswerInput({ name, asker, advice: 'A shell on a terminal asks you.' }) };
}

async function runTool(name: string, words: readonly string[], session: Session, running: Running): Promise<void> {
  const tool = toolNamed(session.tools, name);
  const args = coerceArguments(words, tool.inputSchema);
  const result = await callTool(session.connection, tool, args, answering(name, running));
  const { content = [], structuredContent, isError } = result;
  print(content, name);
  if (content.length === 0 && structuredContent !== undefined) printJson(structuredContent);
  if (isError) throw new CommandError(`${name} failed.`, ExitCode.toolError);
}

function print(blocks: unknown, name: string): void {
  printContent((blocks ?? []) as ContentBlock[], {
    name,
    folder: '.',
    terminal: process.stdout.isTTY,
    write: (text) => process.stdout.write(text),
    tell: (text) => process.stderr.write(text),
  });
}
