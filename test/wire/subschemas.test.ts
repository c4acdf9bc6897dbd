import { expect, it } from 'vitest';
import { mapSubschemas } from '../../wire/tool-schema/subschemas.ts';

const inner = { type: 'string' };

it.each([
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items', 'additionalItems', 'additionalProperties', 'contentSchema'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contains', 'propertyNames', 'not', 'if', 'then', 'else'],
])('%s holds a schema, or a list of them', (keyword) => {
  const seen: string[] = [];
  const visit = (schema: unknown, at: string) => {
    seen.push(at);
    return schema;
  };
  expect(mapSubschemas({ [keyword]: inner }, visit)).toEqual({ [keyword]: inner });
  expect(mapSubschemas({ [keyword]: [inner, inner] }, visit)).toEqual({ [keyword]: [inner, inner] });
  expect(seen).toEqual([keyword, `${keyword}/0`, `${keyword}/1`]);
});

it.each(['properties', 'patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions'])(
  '%s holds schemas by name',
  (keyword) => {
    const seen: string[] = [];
    mapSubschemas({ [keyword]: { a: inner, $ref: inner } }, (_schema, at) => seen.push(at));
    expect(seen).toEqual([`${keyword}/a`, `${keyword}/$ref`]);
  },
);

it.each(['default', 'const', 'enum', 'examples', 'required', 'type'])('%s holds data', (keyword) => {
  mapSubschemas({ [keyword]: { items: inner } }, () => expect.unreachable());
});
