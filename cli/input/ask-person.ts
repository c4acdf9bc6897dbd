import { coerceValue } from '../call/coerce-arguments.ts';
import type { JsonSchema } from '../mcp/definitions.ts';
import { alternatives } from '../mcp/schema-types.ts';
import { plainLine, plainText } from '../output/display-width.ts';
import { UsageError } from '../usage-error.ts';
import { choicesOf, describeField, fieldProblem } from './form-field.ts';
import type { InputRequest, InputResponse } from './input-request.ts';

/** A person at a terminal. */
export interface Asker {
  tell(text: string): void;
  /** A line of theirs; undefined when there will be no more. Rejects when the signal aborts. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}

const CANCELLED: InputResponse = { action: 'cancel' };
const DECLINED: InputResponse = { action: 'decline' };

/**
 * Asks a person what a server asks: the fields of a form one by one, or to open a URL, which is shown whole and never
 * opened from here. Nothing is sent before they agree to it.
 *
 * Source: MCP specification 2026-07-28, Elicitation.
 *
 * @param name what asks
 */
export async function askPerson(
  name: string,
  { params = {} }: InputRequest,
  asker: Asker,
  signal: AbortSignal,
): Promise<InputResponse> {
  const { mode, message = '', url = '', requestedSchema = {} } = params;
  asker.tell(`${plainLine(name)} asks: ${plainText(message)}\n`);
  if (mode === 'url') {
    // As a browser would read it: with a host in Punycode rather than in letters that look like others.
    asker.tell(`  ${URL.parse(url)?.href ?? plainLine(url)}\n`);
    return agree('Open this yourself, and go on when it is done?', { action: 'accept' }, asker, signal);
  }
  const content: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(requestedSchema.properties ?? {})) {
    const isRequired = requestedSchema.required?.includes(key) ?? false;
    const answer = await askField(key, schema, isRequired, asker, signal);
    if (!answer) return CANCELLED;
    if (answer.value !== undefined) content[key] = answer.value;
  }
  return agree('Send this?', { action: 'accept', content }, asker, signal);
}

async function agree(
  question: string,
  accepted: InputResponse,
  asker: Asker,
  signal: AbortSignal,
): Promise<InputResponse> {
  for (;;) {
    const answer = await asker.ask(`${question} [Y/n] `, signal);
    if (answer === undefined) return CANCELLED;
    if (/^\s*(?:y|yes)?\s*$/i.test(answer)) return accepted;
    if (/^\s*(?:n|no)\s*$/i.test(answer)) return DECLINED;
  }
}

/** Asks until the answer fits. An empty one takes the default, or leaves out what is not required. */
async function askField(
  key: string,
  schema: JsonSchema,
  isRequired: boolean,
  asker: Asker,
  signal: AbortSignal,
): Promise<{ value: unknown } | undefined> {
  const { title = key, description, default: standard } = schema;
  const kind = describeField(schema) + (isRequired ? '' : ', optional');
  const hint = standard === undefined ? '' : ` [${[standard].flat().join(', ')}]`;
  if (description) asker.tell(`  ${plainLine(description)}\n`);
  for (;;) {
    const answer = await asker.ask(`  ${plainLine(`${title} (${kind})${hint}:`)} `, signal);
    if (answer === undefined) return undefined;
    if (answer.trim() === '' && (standard !== undefined || !isRequired)) return { value: standard };
    try {
      if (answer.trim() === '') continue;
      const value = coerceValue(key, wordsOf(answer, schema), schema);
      const problem = fieldProblem(value, schema);
      if (problem === undefined) return { value };
      asker.tell(`  ${plainLine(title)} ${problem}.\n`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      asker.tell(`  ${error.message}\n`);
    }
  }
}

/** An answer's words, each as its choice's value where it is one, or its title. */
function wordsOf(answer: string, schema: JsonSchema): string[] {
  const choices = choicesOf(schema);
  const isList = alternatives(schema, schema).some(({ type }) => type === 'array');
  return (isList ? answer.split(',') : [answer]).map((text) => {
    const word = text.trim().toLowerCase();
    const found =
      choices.find(({ value }) => value.toLowerCase() === word) ??
      choices.find(({ title }) => title.toLowerCase() === word);
    return found?.value ?? (isList ? text.trim() : text);
  });
}
