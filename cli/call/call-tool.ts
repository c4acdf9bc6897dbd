import { CommandError, ExitCode } from '../exit-code.ts';
import type { McpConnection } from '../mcp/connection.ts';
import type { Tool } from '../mcp/definitions.ts';
import { parameterHeaders } from '../mcp/message-headers.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import type { ContentBlock } from './print-result.ts';

export interface ToolResult {
  readonly content?: readonly ContentBlock[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

let tokens = 0;

/** Calls a tool, with a bar on stderr while progress arrives. */
export async function callTool(
  connection: McpConnection,
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<ToolResult> {
  const bar = createProgressBar();
  tokens += 1;
  const progressToken = tokens;
  try {
    const result = await connection.request(
      'tools/call',
      { name: tool.name, arguments: args, _meta: { progressToken } },
      {
        signal,
        headers: connection.protocolVersion >= '2026' ? parameterHeaders(tool.inputSchema, args) : {},
        onNotification: ({ method, params }) => {
          if (method === 'notifications/progress' && params?.progressToken === progressToken) bar.show(params);
        },
      },
    );
    if (result.resultType === 'input_required') {
      throw new CommandError(
        `${tool.name} asks for input while it runs, which this command cannot give: use a host that supports it.`,
        ExitCode.failed,
      );
    }
    return result as ToolResult;
  } finally {
    bar.clear();
  }
}
