import { isRecord } from '../../wire/json.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { isLongNumber, parseExactJson } from '../mcp/exact-json.ts';
import { alternatives, typeName, typesOf } from '../mcp/schema-types.ts';
import { UsageError } from '../usage-error.ts';
import {
  type ArgumentPath,
  type Arguments,
  describeArguments,
  locateArgument,
  placeArgument,
} from './argument-path.ts';
import { readValue } from './value-source.ts';

/** A word of arguments: whose value it is, and its text. */
interface Given extends ArgumentPath {
  readonly texts: string[];
}

/**
 * Reads words as a tool's arguments, each value as its schema says: numbers, true and false, null, one of a list of choices,
 * JSON for objects. `key=value` names its argument, `key.part=value` a part of an object; a word alone is the next argument in
 * the schema's order. A list is JSON, or its key given several times. What `@FILE` is, `readValue` says.
 *
 * @throws {UsageError} for a key that the tool does not have, a value that does not fit, and a required one left out
 */
export function coerceArguments(words: readonly string[], schema: JsonSchema = {}): Arguments {
  const given = new Map<string, Given>();
  const alone: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) {
      alone.push(word);
      continue;
    }
    const key = word.slice(0, at);
    const known = given.get(key) ?? { ...locateArgument(key, schema), texts: [] };
    known.texts.push(word.slice(at + 1));
    given.set(key, known);
  }
  const named = new Set([...given.values()].map(({ path: [first] }) => first));
  const free = Object.keys(schema.properties ?? {}).filter((key) => !named.has(key));
  for (const [index, word] of alone.entries()) {
    const key = free[index];
    if (key === undefined)
      throw new UsageError(`There is no argument for ${JSON.stringify(word)}. ${describeArguments(schema)}`);
    given.set(key, { path: [key], schema: schema.properties?.[key] ?? {}, texts: [word] });
  }
  const args: Arguments = {};
  for (const [key, { path, schema: own, texts }] of given) {
    const values = texts.map((text) => readValue(key, text, own));
    placeArgument(args, path, coerceValue(key, values, own, schema), key);
  }
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(args, key));
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.join(', ')}. ${describeArguments(schema)}`);
  return args;
}

/**
 * Reads the texts that one key was given as its schema says.
 *
 * @param root where references of the schema lead
 * @throws {UsageError} for what does not fit
 */
export function coerceValue(key: string, texts: readonly string[], schema: JsonSchema, root = schema): unknown {
  const [first = ''] = texts;
  const list = alternatives(schema, root).find((each) => typesOf(each).includes('array'));
  if (list && (texts.length > 1 || !first.trimStart().startsWith('['))) {
    return texts.map((text) => coerce(key, text, list.items ?? {}, root));
  }
  if (texts.length > 1) throw new UsageError(`${key} is given ${texts.length} times, and takes one value.`);
  return coerce(key, first, schema, root);
}

function coerce(key: string, text: string, schema: JsonSchema, root: JsonSchema): unknown {
  const choices = alternatives(schema, root);
  const string = choices.find((each) => typesOf(each).includes('string'));
  for (const choice of choices) {
    for (const type of typesOf(choice)) {
      if (type === 'string') continue;
      const value = read(type, text);
      if (value !== undefined && isAllowed(value, choice)) return value;
    }
  }
  if (string && isAllowed(text, string)) return text;
  if (choices.every((each) => typesOf(each).length === 0 && isAllowed(text, each))) return parsed(text) ?? text;
  throw new UsageError(`${key} must be ${typeName(schema, root)}, and ${JSON.stringify(text)} is not.`);
}

/** How a person says yes or no, wherever they are asked. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['false', false],
  ['no', false],
  ['n', false],
]);

function parsed(text: string): unknown {
  try {
    return parseExactJson(text.trim());
  } catch {
    return undefined;
  }
}

/** The text as a value of a JSON Schema type; undefined when it is none. */
function read(type: string, text: string): unknown {
  const value = parsed(text);
  switch (type) {
    case 'number':
      return typeof value === 'number' || isLongNumber(value) ? value : undefined;
    case 'integer':
      return Number.isInteger(value) || (isLongNumber(value) && /^-?\d+$/.test(text.trim())) ? value : undefined;
    case 'boolean':
      return BOOLEANS.get(text.trim().toLowerCase());
    case 'null':
      return value === null ? null : undefined;
    case 'array':
      return Array.isArray(value) ? value : undefined;
    case 'object':
      return isRecord(value) && !isLongNumber(value) ? value : undefined;
    default:
      return undefined;
  }
}

function isAllowed(value: unknown, schema: JsonSchema): boolean {
  if ('const' in schema) return schema.const === value;
  return schema.enum === undefined || schema.enum.includes(value);
}
