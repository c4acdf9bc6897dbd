import { isRecord } from '../../wire/json.ts';
import type { GatewayTool } from '../../wire/tool-schema/gateway-tool.ts';
import type { LambdaHandler } from '../lambda-handler.ts';
import { askServer } from './ask-server.ts';
import { toGatewaySchema } from './gateway-schema.ts';

/** Most pages of a list that are read. */
const MAX_PAGES = 100;

/** The tools of a server, as a target declares them. @throws {TypeError} when it does not list them, or one cannot be declared */
export async function gatewayToolsOf(server: Pick<LambdaHandler, 'fetch'>): Promise<GatewayTool[]> {
  const tools: GatewayTool[] = [];
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { result, error } = await askServer(server, 'tools/list', cursor === undefined ? {} : { cursor });
    if (!Array.isArray(result?.tools)) {
      throw new TypeError(`The server does not list its tools: ${error?.message ?? 'it gives no list'}.`);
    }
    tools.push(...result.tools.filter(isRecord).map(toGatewayTool));
    cursor = result.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}

function toGatewayTool(tool: Readonly<Record<string, unknown>>): GatewayTool {
  const name = String(tool.name);
  return {
    name,
    // It must have one.
    description: String(tool.description || tool.title || name),
    inputSchema: toGatewaySchema(tool.inputSchema, `${name}: inputSchema`),
    // No outputSchema: a client refuses results without structuredContent then, which a gateway may not make of an answer.
  };
}
