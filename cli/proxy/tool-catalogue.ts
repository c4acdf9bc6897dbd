import { parameterHeaders } from '../mcp/message-headers.ts';

interface Tool {
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly annotations?: { readonly readOnlyHint?: unknown };
}

/** What the server has said of its tools, from the lists that came by. */
export interface ToolCatalogue {
  /** Takes the result of `tools/list`. */
  learn(result: unknown): void;
  isReadOnly(name: unknown): boolean;
  /** The `Mcp-Param-*` headers that a call of the tool needs. */
  headersFor(name: unknown, args: unknown): Record<string, string>;
}

export function createToolCatalogue(): ToolCatalogue {
  const tools = new Map<unknown, Tool>();
  return {
    learn(result) {
      for (const tool of toolsOf(result)) tools.set(tool.name, tool);
    },
    isReadOnly: (name) => tools.get(name)?.annotations?.readOnlyHint === true,
    headersFor: (name, args) => parameterHeaders(tools.get(name)?.inputSchema, args),
  };
}

function toolsOf(result: unknown): Tool[] {
  const { tools } = (result ?? {}) as { tools?: unknown };
  return Array.isArray(tools) ? tools.filter((tool) => typeof tool?.name === 'string') : [];
}
