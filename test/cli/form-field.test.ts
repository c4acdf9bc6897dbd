import { describe, expect, it } from 'vitest';
import { describeField, fieldProblem } from '../../cli/input/form-field.ts';
import type { JsonSchema } from '../../cli/mcp/definitions.ts';

const TITLED: JsonSchema = { type: 'string', enum: ['s', 'm'], enumNames: ['Small', 'Medium'] };

describe("a form's field", () => {
  it.each<[string, JsonSchema]>([
    ['s (Small)|m (Medium)', TITLED],
    ['x (Ex)|y', { type: 'string', oneOf: [{ const: 'x', title: 'Ex' }, { const: 'y' }] }],
    [
      's (Small)|m (Medium), several by commas, 1 to 2 of them',
      { type: 'array', items: TITLED, minItems: 1, maxItems: 2 },
    ],
    ['integer, 1 to 10', { type: 'integer', minimum: 1, maximum: 10 }],
    ['number, at most 3', { type: 'number', maximum: 3 }],
    ['string, email', { type: 'string', format: 'email' }],
    ['string, at least 3 characters', { type: 'string', minLength: 3 }],
    ['boolean', { type: 'boolean' }],
  ])('says that it takes %s', (words, schema) => {
    expect(describeField(schema)).toBe(words);
  });

  it.each<[unknown, JsonSchema, string | undefined]>([
    [0, { minimum: 1, maximum: 10 }, 'must be 1 to 10'],
    [10, { minimum: 1, maximum: 10 }, undefined],
    ['ab', { minLength: 3, maxLength: 5 }, 'must have 3 to 5 characters'],
    ['äöü', { minLength: 3, maxLength: 3 }, undefined],
    [[], { minItems: 1 }, 'must be at least 1 of them'],
    ['ada', { format: 'email' }, 'must be an e-mail address'],
    ['ada@example.com', { format: 'email' }, undefined],
    ['2026-02-30x', { format: 'date' }, 'must be a date'],
    ['2026-02-28', { format: 'date' }, undefined],
    ['2026-02-28', { format: 'date-time' }, 'must be a date-time'],
    ['2026-02-28T10:00:00Z', { format: 'date-time' }, undefined],
    ['example', { format: 'uri' }, 'must be a uri'],
    ['anything', { format: 'unheard-of' }, undefined],
  ])('of %j by %j: %s', (value, schema, problem) => {
    expect(fieldProblem(value, schema)).toBe(problem);
  });
});
