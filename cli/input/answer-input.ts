import { CommandError, ExitCode } from '../exit-code.ts';
import { typeName } from '../mcp/schema-types.ts';
import { plainLine } from '../output/display-width.ts';
import { type Asker, askPerson } from './ask-person.ts';
import type { InputRequest, InputResponse } from './input-request.ts';
import type { AnswerInput } from './request-with-input.ts';

interface Options {
  /** What asks, for messages. */
  readonly name: string;
  /** Answers given beforehand, by the server's keys; each serves once. */
  readonly given?: Readonly<Record<string, InputResponse>>;
  /** Undefined where nobody can be asked. */
  readonly asker: Asker | undefined;
  /** What to do where nobody can be asked. */
  readonly advice: string;
}

/**
 * Answers a server's questions: with what was given beforehand, else by asking the user, one question after the other.
 *
 * @throws {CommandError} for a question that nobody answers, or that is none for a user
 */
export function createAnswerInput({ name, given = {}, asker, advice }: Options): AnswerInput {
  const left = new Map(Object.entries(given));
  return async (requests, signal) => {
    const responses: Record<string, InputResponse> = {};
    for (const [key, request] of Object.entries(requests)) {
      const answer = left.get(key);
      left.delete(key);
      if (answer === undefined && request.method !== 'elicitation/create') {
        throw new CommandError(`${name} asks for ${request.method}, which this command cannot give.`, ExitCode.failed);
      }
      if (answer === undefined && !asker) {
        throw new CommandError(`${name} asks for input: ${describe(key, request)} ${advice}`, ExitCode.input);
      }
      responses[key] = answer ?? (await askPerson(name, request, asker as Asker, signal));
    }
    return responses;
  };
}

/** A question on one line: `"Ship it?" (confirm: ok=boolean).` */
function describe(key: string, { params: { message = '', url, requestedSchema = {} } = {} }: InputRequest): string {
  const { properties = {}, required = [] } = requestedSchema;
  const fields = Object.entries(properties).map(
    ([field, schema]) => `${field}=${typeName(schema)}${required.includes(field) ? '' : '?'}`,
  );
  return plainLine(`${JSON.stringify(message)} (${key}: ${url ?? (fields.join(' ') || 'yes or no')}).`);
}
