import { AUTH_METHODS } from '../auth-method.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { alternatives } from '../mcp/schema-types.ts';
import { AUTH_COMMANDS } from './auth-commands.ts';
import { ALIASES, COMMAND_NAMES } from './commands.ts';
import type { Session } from './session.ts';

/**
 * What the word at the end of a line could become: a command, the name of a tool, prompt or resource, an argument of the
 * tool, one of its choices.
 *
 * @returns as `node:readline` wants it: the candidates, and the part of the line that they take the place of
 */
export function complete(line: string, session: Session): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const word = words.at(-1) ?? '';
  const candidates = candidatesFor(words, session).filter((each) => each.startsWith(word));
  // A finished word is followed by a space, an argument by its value.
  return [candidates.map((each) => (each.endsWith('=') ? each : `${each} `)), word];
}

function candidatesFor(words: readonly string[], session: Session): string[] {
  const [first = '', name = ''] = words;
  const command = (Object.hasOwn(ALIASES, first) && ALIASES[first]) || first;
  const tools = session.tools.map((tool) => tool.name);
  if (words.length === 1) return [...COMMAND_NAMES, ...Object.keys(ALIASES), ...tools];
  const ofTool = (toolName: string, from: number) =>
    argumentsOf(session.tools.find((tool) => tool.name === toolName)?.inputSchema, words.slice(from));
  switch (command) {
    case 'call':
      return words.length === 2 ? tools : ofTool(name, 2);
    case 'tools':
      return words.length === 2 ? tools : [];
    case 'read':
      return words.length === 2 ? session.resources.flatMap((each) => ('uri' in each ? [each.uri] : [])) : [];
    case 'prompt':
      if (words.length === 2) return session.prompts.map((each) => each.name);
      return session.prompts.find((each) => each.name === name)?.arguments?.map((each) => `${each.name}=`) ?? [];
    case 'auth':
      return words.length === 2 ? Object.keys(AUTH_COMMANDS) : [];
    case 'set-auth-method':
      return words.length === 2 ? [...AUTH_METHODS] : [];
    case 'debug':
      return words.length === 2 ? ['on', 'off'] : [];
    default:
      return ofTool(command, 1);
  }
}

function argumentsOf(schema: JsonSchema | undefined, words: readonly string[]): string[] {
  const word = words.at(-1) ?? '';
  const given = new Set(words.slice(0, -1).map((each) => each.split('=')[0]));
  const properties = schema?.properties ?? {};
  const [, key = ''] = /^([^=]+)=/.exec(word) ?? [];
  if (key === '') return Object.keys(properties).flatMap((each) => (given.has(each) ? [] : [`${each}=`]));
  return alternatives(properties[key] ?? {}, schema ?? {}).flatMap((each) => {
    const values = each.enum ?? (each.type === 'boolean' ? [true, false] : []);
    return values.map((value) => `${key}=${String(value)}`);
  });
}
