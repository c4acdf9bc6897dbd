import type { JsonSchema } from './definitions.ts';

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
export function typesOf({ type, enum: choices, const: constant }: JsonSchema): readonly string[] {
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
