import type { JsonSchema, Tool } from '../mcp/definitions.ts';
import { alternatives, typeName, typesOf } from '../mcp/schema-types.ts';
import { plainLine, plainText } from './display-width.ts';
import { formatTable } from './table.ts';

/**
 * A tool as a person calls it: its signature, what it is for, its arguments, and an example.
 *
 * @param call how a call of it begins, such as `lambda-mcp call TARGET`
 */
export function formatSignature(tool: Tool, call: string): string {
  const { name, title, description = title, inputSchema = {}, annotations } = tool;
  const { properties = {}, required = [] } = inputSchema;
  const keys = Object.keys(properties);
  const parameters = keys.map((key) => {
    const own = properties[key] ?? {};
    const optional = required.includes(key) ? '' : '?';
    const preset = own.default === undefined ? '' : ` = ${JSON.stringify(own.default)}`;
    return `${key}${optional}: ${typeName(own, inputSchema)}${preset}`;
  });
  const hint = annotations?.readOnlyHint ? ' (read-only)' : annotations?.destructiveHint ? ' (destructive)' : '';
  const rows = keys.map((key) => [key, ...describe(properties[key] ?? {})].map(plainLine));
  const told = rows.some(([, limits, text]) => limits || text);
  return [
    `${plainLine(`${name}(${parameters.join(', ')})${hint}`)}\n`,
    description ? `\n${plainText(description).trimEnd()}\n` : '',
    told ? `\n${formatTable(['ARGUMENT', 'LIMITS', 'DESCRIPTION'], rows)}` : '',
    `\nExample:\n  ${plainLine([call, name, ...exampleWords(inputSchema)].map(quoted).join(' '))}\n`,
  ].join('');
}

/** Limits and description of an argument. */
function describe(schema: JsonSchema): [string, string] {
  const {
    format,
    minimum,
    maximum,
    minLength,
    maxLength,
    minItems,
    maxItems,
    description = schema.title ?? '',
  } = schema;
  const limits = [
    format,
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' items'),
  ];
  return [limits.filter(Boolean).join(', '), description];
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  // What zod writes of a whole number is every one that a double holds.
  const isTold = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  if (isTold(least) && isTold(most)) return `${least} to ${most}${unit}`;
  if (isTold(least)) return `at least ${least}${unit}`;
  return isTold(most) ? `at most ${most}${unit}` : '';
}

/** The required arguments of a call, with values that fit as far as a schema's words tell; the first argument if none is. */
function exampleWords(schema: JsonSchema): string[] {
  const { properties = {}, required = [] } = schema;
  const keys = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  return keys.map((key) => `${key}=${asWord(exampleOf(properties[key] ?? {}, schema))}`);
}

function exampleOf(schema: JsonSchema, root: JsonSchema, depth = 0): unknown {
  const choice = alternatives(schema, root).find((each) => typesOf(each)[0] !== 'null') ?? {};
  const [given] = [choice.const, choice.default, ...(choice.examples ?? []), ...(choice.enum ?? [])].filter(
    (value) => value !== undefined && value !== null,
  );
  if (given !== undefined) return given;
  switch (typesOf(choice).find((type) => type !== 'null')) {
    case 'integer':
    case 'number':
      return Math.max(choice.minimum ?? 1, Math.min(1, choice.maximum ?? 1));
    case 'boolean':
      return true;
    case 'array':
      return depth > 3 ? [] : [exampleOf(choice.items ?? {}, root, depth + 1)];
    case 'object': {
      const keys = depth > 3 ? [] : (choice.required ?? []);
      return Object.fromEntries(keys.map((key) => [key, exampleOf(choice.properties?.[key] ?? {}, root, depth + 1)]));
    }
    default:
      return FORMATS[choice.format ?? ''] ?? 'text'.padEnd(choice.minLength ?? 0, '.');
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
};

function asWord(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** For a POSIX shell. The call's own words are left as they are. */
function quoted(word: string, at: number): string {
  return at === 0 || /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
