import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { McpConnection, RequestOptions } from '../mcp/connection.ts';
import type { InputRequests, InputResponse } from './input-request.ts';

/** Answers all that a server asks at once. */
export type AnswerInput = (requests: InputRequests, signal: AbortSignal) => Promise<Record<string, InputResponse>>;

interface Options extends RequestOptions {
  readonly signal: AbortSignal;
  readonly answer: AnswerInput;
}

const MAX_ROUNDS = 10;
/** Before a request is sent again that the server has only put off; milliseconds. */
const PAUSE = 250;

/**
 * Sends a request, and sends it again with the answers as long as the server asks for input.
 *
 * Source: MCP specification 2026-07-28, "Multi Round-Trip Requests".
 *
 * @throws {CommandError} as `request` does, and when the server does not stop asking
 */
export async function requestWithInput(
  { request }: McpConnection,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { answer, ...options }: Options,
): Promise<Readonly<Record<string, unknown>>> {
  let answered = params;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const result = await request(method, answered, options);
    if (result.resultType !== 'input_required') return result;
    const { inputRequests = {}, requestState } = result as { inputRequests?: InputRequests; requestState?: unknown };
    const asks = Object.keys(inputRequests).length > 0;
    if (!asks) await sleep(PAUSE, undefined, { signal: options.signal });
    answered = {
      ...params,
      ...(asks && { inputResponses: await answer(inputRequests, options.signal) }),
      ...(requestState !== undefined && { requestState }),
    };
  }
  throw new CommandError(`The server asked for input ${MAX_ROUNDS} times, and was still not content.`, ExitCode.failed);
}
