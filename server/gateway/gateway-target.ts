import { asRecord } from '../../wire/json.ts';
import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import type { GatewayTool } from '../../wire/tool-schema/gateway-tool.ts';
import { endWithTheHandler } from '../create-handler.ts';
import type { LambdaHandlerOptions } from '../handler-options.ts';
import type { LambdaContext } from '../lambda-context.ts';
import type { LambdaHandler } from '../lambda-handler.ts';
import { askServer } from './ask-server.ts';
import { gatewayToolsOf } from './gateway-tools.ts';
import { readTargetCall, type WithClientContext } from './target-call.ts';

/** Options of `createGatewayTargetHandler`: those of `createLambdaHandler` that mean something behind a gateway. */
export type GatewayTargetOptions = Pick<LambdaHandlerOptions, 'deadlineMargin' | 'logger'>;

/** Lambda's context, with what the gateway adds to it. */
export type GatewayTargetContext = LambdaContext & WithClientContext;

/** What `createGatewayTargetHandler` makes: a plain Lambda handler, which gives its answer as a whole. */
export interface GatewayTargetHandler {
  /**
   * @returns what the tool gives, as a gateway can hand it on: `structuredContent`; or one text; or `{ content }`, where it
   * is more; and `{ isError: true, content }` for whatever went wrong
   * @throws {Error} when the event did not come from a gateway
   */
  (event: unknown, context: GatewayTargetContext): Promise<unknown>;
  /** The tools as the target declares them; `McpGatewayTarget` asks for them when an app is synthesized. */
  tools(): Promise<GatewayTool[]>;
}

/** Largest answer of a function that is invoked for it as a whole; bytes. */
const MAX_ANSWER_SIZE = MAX_REQUEST_SIZE;

/** @param create makes the server that answers MCP */
export function gatewayTarget(
  create: (options: LambdaHandlerOptions) => LambdaHandler,
  { deadlineMargin, logger }: GatewayTargetOptions = {},
): GatewayTargetHandler {
  // Nobody sees comments here. A call may bring as much as Lambda lets in, and is longer as a message.
  const server = create({
    deadlineMargin,
    logger,
    keepAliveInterval: Number.POSITIVE_INFINITY,
    maxRequestBodySize: 2 * MAX_REQUEST_SIZE,
  });
  const handler = async (event: unknown, lambda: GatewayTargetContext): Promise<unknown> => {
    const { tool, arguments: given, headers, query } = readTargetCall(event, lambda);
    endWithTheHandler(lambda);
    const params = { name: tool, arguments: given };
    const { result, error } = await askServer(server, 'tools/call', params, { headers, query, lambda });
    const answer = result ? toAnswer(result) : failed(String(error?.message ?? 'The server gave no result.'));
    const size = Buffer.byteLength(JSON.stringify(answer) ?? '');
    if (size <= MAX_ANSWER_SIZE) return answer;
    return failed(`The result has ${size} bytes; through a gateway a Lambda target gives at most ${MAX_ANSWER_SIZE}.`);
  };
  return Object.assign(handler, { tools: () => gatewayToolsOf(create({ logger() {} })) });
}

/** The gateway makes one text of whatever it is given, so that the least wrapping says most to a model. */
function toAnswer({ content, structuredContent, isError }: Readonly<Record<string, unknown>>): unknown {
  const blocks = Array.isArray(content) ? content.map(asRecord) : [];
  if (isError === true) return { isError: true, content: blocks };
  const isText = blocks.every(({ type }) => type === 'text');
  if (structuredContent !== undefined) {
    return isText ? structuredContent : { content: blocks, structuredContent };
  }
  return isText && blocks.length === 1 ? blocks[0]?.text : { content: blocks };
}

function failed(text: string): object {
  return { isError: true, content: [{ type: 'text', text }] };
}
