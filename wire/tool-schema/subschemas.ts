import { isRecord } from '../json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value is a schema, a list of schemas, or schemas by name. Whatever else a schema holds is data. */
const ONE_OR_MANY: ReadonlySet<string> = new Set([
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items', 'additionalItems', 'additionalProperties'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contains', 'propertyNames', 'not', 'if', 'then', 'else'],
  'contentSchema',
]);
const BY_NAME: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions'],
]);

/**
 * The same schema with each schema right beneath it replaced. A property may be called `$ref`, and a default may hold
 * one: neither is a keyword.
 *
 * Source: JSON Schema 2020-12, Core, "Keywords for Applying Subschemas"; draft-07, sections 6.4 to 6.7 and 9.
 *
 * @param replace is given the schema, and where it is: `properties/name`
 */
export function mapSubschemas(schema: Schema, replace: (subschema: unknown, at: string) => unknown): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (ONE_OR_MANY.has(keyword)) {
        if (!Array.isArray(value)) return [keyword, replace(value, keyword)];
        return [keyword, value.map((each, index) => replace(each, `${keyword}/${index}`))];
      }
      if (!BY_NAME.has(keyword) || !isRecord(value)) return [keyword, value];
      const named = Object.entries(value).map(([name, each]) => [
        name,
        replace(each, `${keyword}/${escapeName(name)}`),
      ]);
      return [keyword, Object.fromEntries(named)];
    }),
  );
}

/** A name within a JSON pointer. Source: RFC 6901. */
function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
