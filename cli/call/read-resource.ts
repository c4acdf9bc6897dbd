import { type AnswerInput, requestWithInput } from '../input/request-with-input.ts';
import type { McpConnection } from '../mcp/connection.ts';
import { type ContentBlock, type PrintOptions, printContent } from './print-result.ts';

/** What a request runs with. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly answer: AnswerInput;
}

/** Where a result is printed, but for the beginning of its files' names. */
export type Output = Omit<PrintOptions, 'name'>;

/** Reads a resource, and prints its text; bytes become files. @returns the server's result */
export async function readResource(
  connection: McpConnection,
  uri: string,
  asking: Asking,
): Promise<{ readonly contents?: readonly ContentBlock[] }> {
  return requestWithInput(connection, 'resources/read', { uri }, asking);
}

export function printResource(uri: string, contents: readonly ContentBlock[] = [], output: Output): void {
  printContent(contents, { ...output, name: uri.split('/').at(-1) || 'resource' });
}
