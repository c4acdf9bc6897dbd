import type { JsonSchema } from '../mcp/definitions.ts';
import { alternatives, typeName } from '../mcp/schema-types.ts';

interface Choice {
  readonly value: string;
  /** As a person sees it. */
  readonly title: string;
}

/** The choices of a form's field, or of each item of its list; none where anything may be written. */
export function choicesOf(schema: JsonSchema): Choice[] {
  const { items, enum: values, enumNames } = schema;
  if (items) return choicesOf(items);
  if (values) return values.map((value, at) => ({ value: String(value), title: enumNames?.[at] ?? String(value) }));
  const titled = alternatives(schema, schema).filter((each) => 'const' in each);
  return titled.map(({ const: value, title }) => ({ value: String(value), title: title ?? String(value) }));
}

/** What a field takes, for its question: `integer, 1 to 10`, `s (Small)|m (Medium)`, `string, email`. */
export function describeField(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  const { type, minimum, maximum, minLength, maxLength, minItems, maxItems, format } = schema;
  const kind =
    choices.length > 0
      ? choices.map(({ value, title }) => (title === value ? value : `${value} (${title})`)).join('|') +
        (type === 'array' ? ', several by commas' : '')
      : typeName(schema, schema);
  return [
    kind,
    format,
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' of them'),
  ]
    .filter(Boolean)
    .join(', ');
}

/** What is wrong with a value of a field; undefined: nothing. */
export function fieldProblem(value: unknown, schema: JsonSchema): string | undefined {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, format } = schema;
  if (typeof value === 'number' && isOutside(value, minimum, maximum)) return `must be ${range(minimum, maximum, '')}`;
  if (Array.isArray(value) && isOutside(value.length, minItems, maxItems)) {
    return `must be ${range(minItems, maxItems, ' of them')}`;
  }
  if (typeof value !== 'string') return undefined;
  if (isOutside([...value].length, minLength, maxLength)) {
    return `must have ${range(minLength, maxLength, ' characters')}`;
  }
  const isRight = FORMATS[format ?? '']?.(value) ?? true;
  return isRight ? undefined : `must be ${format === 'email' ? 'an e-mail address' : `a ${format}`}`;
}

/** Source: MCP specification 2026-07-28, Elicitation, "Requested Schema". */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => URL.canParse(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)),
};

function isOutside(size: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
  return size < least || size > most;
}

function range(least: number | undefined, most: number | undefined, of: string): string {
  const isBounded = (bound = Number.POSITIVE_INFINITY) => Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  // Schema libraries give an integer the bounds of a double, which tell nobody anything.
  if (!isBounded(least) && !isBounded(most)) return '';
  if (least === undefined) return `at most ${most}${of}`;
  return most === undefined ? `at least ${least}${of}` : `${least} to ${most}${of}`;
}
