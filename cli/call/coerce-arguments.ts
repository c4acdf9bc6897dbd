import { isRecord } from '../../wire/json.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { isLongNumber, parseExactJson } from '../mcp/exact-json.ts';
import { UsageError } from '../usage-error.ts';

type Arguments = Record<string, unknown>;

/**
 * Reads `key=value` words as a tool's arguments, each value as its schema says: numbers, true and false, null, one of a
 * list of choices, JSON for objects. A list is JSON, or its key given several times.
 *
 * @throws {UsageError} for a key that the tool does not have, a value that does not fit, and a required one left out
 */
export function coerceArguments(words: readonly string[], schema: JsonSchema = {}): Arguments {
  const given = new Map<string, string[]>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1)
      throw new UsageError(`Arguments are given as key=value, and ${JSON.stringify(word)} is not. ${known(schema)}`);
    const key = word.slice(0, at);
    given.set(key, [...(given.get(key) ?? []), word.slice(at + 1)]);
  }
  const args: Arguments = {};
  for (const [key, texts] of given) args[key] = coerceValue(key, texts, propertySchema(key, schema), schema);
  const missing = (schema.required ?? []).filter((key) => !given.has(key));
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.join(', ')}. ${known(schema)}`);
  return args;
}

function known({ properties = {}, required = [] }: JsonSchema): string {
  const names = Object.keys(properties).map(
    (key) => `${key}=${typeName(properties[key])}${required.includes(key) ? '' : '?'}`,
  );
  return names.length > 0 ? `The tool takes: ${names.join(' ')}` : 'The tool takes no arguments.';
}

function propertySchema(key: string, schema: JsonSchema): JsonSchema {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return properties[key] ?? {};
  if (typeof additionalProperties === 'object') return additionalProperties;
  if (additionalProperties === true || Object.keys(properties).length === 0) return {};
  throw new UsageError(
    `The tool has no argument ${JSON.stringify(key)}.${didYouMean(key, Object.keys(properties))} ${known(schema)}`,
  );
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

/** The schemas of which a value must fit one: references followed, `anyOf` and `oneOf` spread out. */
export function alternatives(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema[] {
  if (depth > 8) return [{}];
  const [, key, name = ''] = /^#\/(\$defs|definitions)\/(.+)$/.exec(schema.$ref ?? '') ?? [];
  const referred = key === '$defs' ? root.$defs?.[name] : key ? root.definitions?.[name] : undefined;
  if (referred) return alternatives(referred, root, depth + 1);
  const spread = schema.anyOf ?? schema.oneOf;
  return spread ? spread.flatMap((each) => alternatives(each, root, depth + 1)) : [schema];
}

/** The types that a schema names, or that its choices are of. */
function typesOf({ type, enum: choices, const: constant }: JsonSchema): readonly string[] {
  if (type !== undefined) return [type].flat();
  const values = choices ?? (constant === undefined ? [] : [constant]);
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

/** A schema in a few words: `integer`, `red|green`, `string[]`. */
export function typeName(schema: JsonSchema = {}, root: JsonSchema = {}): string {
  const names = alternatives(schema, root).map((each) => {
    if (each.enum) return each.enum.map(String).join('|');
    if ('const' in each) return String(each.const);
    const types = typesOf(each).map((type) =>
      type === 'array' && each.items ? `${typeName(each.items, root)}[]` : type,
    );
    return types.length > 0 ? types.join('|') : 'any';
  });
  return [...new Set(names)].join('|');
}
