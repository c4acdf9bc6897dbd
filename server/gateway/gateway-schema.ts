import { isRecord, isStringArray } from '../../wire/json.ts';
import { dereference } from '../../wire/tool-schema/dereference.ts';
import type { GatewaySchema } from '../../wire/tool-schema/gateway-tool.ts';

type Schema = Readonly<Record<string, unknown>>;

const TYPES = ['string', 'number', 'object', 'array', 'boolean', 'integer'];

/**
 * What is left of a tool's JSON Schema in a declaration. Values to choose from go into the description, since there is no
 * `enum`; all other limits are the server's, which checks every call by the whole schema.
 *
 * @param path for errors
 * @throws {TypeError} for what is of no one type
 */
export function toGatewaySchema(given: unknown, path: string): GatewaySchema {
  return convert(dereference(given), path);
}

function convert(given: unknown, path: string): GatewaySchema {
  const schema = plain(given, path);
  const values = valuesOf(schema);
  const type = typeOf(schema, values);
  if (type === undefined) {
    throw new TypeError(
      `${path}: AgentCore Gateway wants one type for each value of a Lambda target's tool (${TYPES.join(', ')}), and the ` +
        'schema says none, or several. Narrow it, or let the gateway call the function by its URL: addToGateway.',
    );
  }
  const { properties, required, items } = schema;
  const texts = [
    typeof schema.description === 'string' && schema.description,
    values !== undefined && type !== 'object' && `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}.`,
  ].filter(Boolean);
  return {
    type,
    ...(texts.length > 0 && { description: texts.join(' ') }),
    ...(type === 'object' &&
      isRecord(properties) && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, each]) => [name, convert(each, `${path}.${name}`)]),
        ),
      }),
    ...(type === 'object' && isStringArray(required) && required.length > 0 && { required }),
    ...(type === 'array' && isRecord(items) && Object.keys(items).length > 0 && { items: convert(items, `${path}[]`) }),
  };
}

/** A schema without alternatives that null is one of, and with what `allOf` adds. */
function plain(given: unknown, path: string): Schema {
  if (!isRecord(given)) return {};
  const { allOf, anyOf, oneOf, ...own } = given;
  let schema: Schema = own;
  for (const part of Array.isArray(allOf) ? allOf : []) schema = both(schema, plain(part, path));
  for (const choice of [anyOf, oneOf]) {
    if (!Array.isArray(choice)) continue;
    const others = choice.map((each) => plain(each, path)).filter(({ type }) => type !== 'null');
    schema = both(others.length === 1 && others[0] ? others[0] : shared(others), schema);
  }
  return schema;
}

/** Two schemas that both hold. What the second says goes first, where only one can. */
function both(one: Schema, other: Schema): Schema {
  const properties = { ...(one.properties as object), ...(other.properties as object) };
  const required = [...new Set([one.required, other.required].filter(isStringArray).flat())];
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

/** What several alternatives have in common: their type, and the values, where each is one of some. */
function shared(choices: readonly Schema[]): Schema {
  const types = new Set(choices.map((choice) => typeOf(choice, valuesOf(choice))));
  const [type] = types;
  if (types.size !== 1 || type === undefined) return {};
  const values = choices.map(valuesOf);
  if (values.every((each) => each !== undefined)) return { type, enum: values.flat() };
  if (type !== 'object') return { type };
  // An object of one kind or another: any of the properties, and of the required those that all require.
  const named = Object.groupBy(
    choices.flatMap(({ properties }) => (isRecord(properties) ? Object.entries(properties) : [])),
    ([name]) => name,
  );
  const properties = Object.fromEntries(
    Object.entries(named).map(([name, found = []]) => {
      const [only, ...more] = found.map(([, each]) => each);
      return [name, more.length === 0 ? only : { anyOf: [only, ...more] }];
    }),
  );
  const [first = [], ...rest] = choices.map(({ required }) => (isStringArray(required) ? required : []));
  return { type, properties, required: first.filter((name) => rest.every((each) => each.includes(name))) };
}

function valuesOf(schema: Schema): unknown[] | undefined {
  if (Object.hasOwn(schema, 'const')) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum.filter((value) => value !== null) : undefined;
}

function typeOf({ type, properties }: Schema, values: unknown[] | undefined): string | undefined {
  const types = new Set([type].flat().filter((each) => typeof each === 'string' && each !== 'null'));
  if (types.size === 0 && values) for (const value of values) types.add(Array.isArray(value) ? 'array' : typeof value);
  if (types.size === 0 && isRecord(properties)) return 'object';
  const [only] = types;
  return types.size === 1 && TYPES.includes(String(only)) ? String(only) : undefined;
}
