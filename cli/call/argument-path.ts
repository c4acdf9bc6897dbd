import { isRecord } from '../../wire/json.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { isLongNumber } from '../mcp/exact-json.ts';
import { alternatives, typeName, typesOf } from '../mcp/schema-types.ts';
import { UsageError } from '../usage-error.ts';

export type Arguments = Record<string, unknown>;

/** Where an argument belongs: its name, and those of the objects within it. */
export interface ArgumentPath {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** The argument that a key names: one of that very name, or a part of an object, by dots. */
export function locateArgument(key: string, schema: JsonSchema): ArgumentPath {
  const dot = key.indexOf('.');
  const whole = dot < 1 || Object.hasOwn(schema.properties ?? {}, key) || !isPart(key.slice(0, dot), schema);
  if (whole) return { path: [key], schema: propertySchema(key, schema) };
  const path = key.split('.');
  if (path.includes('')) throw new UsageError(`${key} has a part without a name.`);
  let at = schema;
  for (const name of path) at = propertySchema(name, objectOf(at, schema));
  return { path, schema: at };
}

/** Whether a name is that of an argument which may be an object. */
function isPart(name: string, schema: JsonSchema): boolean {
  const { properties = {} } = schema;
  if (!Object.hasOwn(properties, name)) return false;
  return alternatives(properties[name] ?? {}, schema).some(
    (each) => each.properties !== undefined || typesOf(each).includes('object') || typesOf(each).length === 0,
  );
}

function objectOf(schema: JsonSchema, root: JsonSchema): JsonSchema {
  return alternatives(schema, root).find((each) => each.properties !== undefined) ?? {};
}

/** Puts a value where its path says. @throws {UsageError} where something else is already */
export function placeArgument(args: Arguments, path: readonly string[], value: unknown, key: string): void {
  let at = args;
  for (const name of path.slice(0, -1)) {
    if (!Object.hasOwn(at, name)) define(at, name, {});
    const inner = at[name];
    if (!isRecord(inner) || isLongNumber(inner)) throw new UsageError(`${key}: ${name} is given as no object already.`);
    at = inner;
  }
  define(at, path.at(-1) ?? '', value);
}

/** As a property of its own, whatever it is called. */
function define(object: Arguments, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

function propertySchema(key: string, schema: JsonSchema): JsonSchema {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return properties[key] ?? {};
  if (typeof additionalProperties === 'object') return additionalProperties;
  if (additionalProperties === true || Object.keys(properties).length === 0) return {};
  throw new UsageError(
    `The tool has no argument ${JSON.stringify(key)}.${didYouMean(key, Object.keys(properties))} ${describeArguments(schema)}`,
  );
}

/** What a tool takes, in a sentence. */
export function describeArguments({ properties = {}, required = [] }: JsonSchema): string {
  const names = Object.keys(properties).map(
    (key) => `${key}=${typeName(properties[key])}${required.includes(key) ? '' : '?'}`,
  );
  return names.length > 0 ? `The tool takes: ${names.join(' ')}` : 'The tool takes no arguments.';
}
