import { callTool } from '../call/call-tool.ts';
import { coerceArguments } from '../call/coerce-arguments.ts';
import { toolNamed } from '../call/find-tool.ts';
import { getPrompt, printPrompt } from '../call/get-prompt.ts';
import { readJsonArguments } from '../call/json-arguments.ts';
import { printContent } from '../call/print-result.ts';
import { printResource, readResource } from '../call/read-resource.ts';
import { didYouMean } from '../did-you-mean.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { createAnswerInput } from '../input/answer-input.ts';
import type { Asker } from '../input/ask-person.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { formatPrompts, formatResources, formatTools } from '../output/listings.ts';
import { printJson } from '../output/terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type AuthCommandContext, runAuthCommand, setAuthMethod } from './auth-commands.ts';
import { CONNECTION_COMMANDS } from './connection-commands.ts';
import { describe, type Session } from './session.ts';

const HELP = `  tools                     list the tools, as they are now
  tools TOOL                one tool, with its schema
  call TOOL key=value …     call a tool; \`call\` may be left out, and {"key": …} given in place of key=value
  resources                 list the resources
  read URI                  read one
  prompts                   list the prompts
  prompt PROMPT key=value … get one
  connect [TARGET]          connect, to another target if one is given; takes the options of \`lambda-mcp shell\`
  reconnect                 connect anew, with fresh credentials
  disconnect                end the connection
  terminate-session         end the session, where the server keeps one
  auth status               who is signed in (OAuth); \`auth login\`, \`auth refresh\` and \`auth logout\` change it
  set-auth-method METHOD    iam, oauth, token (or lambda), auto; then connect anew
  debug on | debug off      print each request on stderr, or not
  help                      show this
  exit, quit                leave; so does Ctrl-D
Names of other clients: list-tools, call-tool, list-resources, read-resource, list-prompts, get-prompt.
`;

/** What a command runs with. */
export interface Running {
  readonly signal: AbortSignal;
  /** Undefined where nobody can be asked. */
  readonly asker: Asker | undefined;
}

type Run = (words: readonly string[], session: Session, running: Running) => Promise<void> | void;

const COMMANDS: Readonly<Record<string, Run>> = {
  ...CONNECTION_COMMANDS,
  tools: async ([name], session) => {
    const tools = await session.refresh('tools');
    if (name === undefined) return list(formatTools(tools), tools, 'tools');
    printJson(toolNamed(tools, name));
  },
  call: ([name, ...words], session, running) => {
    if (name === undefined) throw new UsageError('Which tool? `tools` lists them.');
    return runTool(name, words, session, running);
  },
  resources: async (_, session) => {
    const resources = await session.refresh('resources');
    list(formatResources(resources), resources, 'resources');
  },
  read: async ([uri], { connection }, running) => {
    if (uri === undefined) throw new UsageError('Which resource? `resources` lists them.');
    const { contents } = await readResource(connection, uri, answering(uri, running));
    printResource(uri, contents, OUTPUT);
  },
  prompts: async (_, session) => {
    const prompts = await session.refresh('prompts');
    list(formatPrompts(prompts), prompts, 'prompts');
  },
  prompt: async ([name, ...words], { connection, prompts }, running) => {
    if (name === undefined) throw new UsageError('Which prompt? `prompts` lists them.');
    const read = (schema: JsonSchema) => readWords(words, schema);
    printPrompt(name, await getPrompt(connection, prompts, name, read, answering(name, running)), OUTPUT);
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
const OF_CONNECTION = new Set(['tools', 'call', 'resources', 'read', 'prompts', 'prompt', 'terminate-session']);

/** What commands are called in other MCP clients. */
export const ALIASES: Readonly<Record<string, string>> = {
  'list-tools': 'tools',
  'call-tool': 'call',
  'list-resources': 'resources',
  'read-resource': 'read',
  'list-prompts': 'prompts',
  'get-prompt': 'prompt',
};

export const COMMAND_NAMES: readonly string[] = [...Object.keys(COMMANDS), 'exit', 'quit'];

/** Runs one line of a shell: a command, or a tool by its name. */
export async function runCommand(words: readonly string[], session: Session, running: Running): Promise<void> {
  const [word = '', ...rest] = words;
  const command = (Object.hasOwn(ALIASES, word) && ALIASES[word]) || word;
  // What is no command may be a tool.
  if (OF_CONNECTION.has(command) || !Object.hasOwn(COMMANDS, command)) void session.connection;
  if (Object.hasOwn(COMMANDS, command)) return COMMANDS[command]?.(rest, session, running);
  if (await hasTool(session, command)) return runTool(command, rest, session, running);
  const known = [...COMMAND_NAMES, ...Object.keys(ALIASES), ...session.tools.map(({ name }) => name)];
  throw new UsageError(
    `There is no command or tool ${JSON.stringify(command)}.${didYouMean(command, known)} \`help\` lists the commands.`,
  );
}

/** Whether the server has a tool, which it may have only since it was last asked. */
async function hasTool(session: Session, name: string): Promise<boolean> {
  const isNamed = (tool: { readonly name: string }) => tool.name === name;
  if (session.tools.some(isNamed)) return true;
  return session.isConnected && (await session.refresh('tools').catch(() => [])).some(isNamed);
}

/** Arguments as words, or as one JSON object. A shell's stdin is its own. */
function readWords(words: readonly string[], schema: JsonSchema | undefined): Record<string, unknown> {
  return (words[0] === '-' ? undefined : readJsonArguments(words)) ?? coerceArguments(words, schema);
}

function authContext(session: Session, { signal }: Running): AuthCommandContext {
  const { target } = session;
  if (target === undefined) throw new UsageError('Whom to sign in to? `connect TARGET` names the server.');
  return {
    target,
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

function list(table: string, items: readonly unknown[], what: string): void {
  if (items.length > 0) process.stdout.write(table);
  else process.stderr.write(`The server has no ${what}.\n`);
}

/** How a request that `name` stands for is answered when the server asks. */
function answering(name: string, { signal, asker }: Running) {
  return { signal, answer: createAnswerInput({ name, asker, advice: 'A shell on a terminal asks you.' }) };
}

async function runTool(name: string, words: readonly string[], session: Session, running: Running): Promise<void> {
  await hasTool(session, name);
  const tool = toolNamed(session.tools, name);
  const args = readWords(words, tool.inputSchema);
  const result = await callTool(session.connection, tool, args, answering(name, running));
  const { content = [], structuredContent, isError } = result;
  printContent(content, { ...OUTPUT, name });
  if (content.length === 0 && structuredContent !== undefined) printJson(structuredContent);
  if (isError) throw new CommandError(`${name} failed.`, ExitCode.toolError);
}

const OUTPUT = {
  folder: '.',
  terminal: process.stdout.isTTY,
  write: (text: string) => void process.stdout.write(text),
  tell: (text: string) => void process.stderr.write(text),
};
