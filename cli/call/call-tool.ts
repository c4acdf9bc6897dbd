import { type AnswerInput, requestWithInput } from '../input/request-with-input.ts';
import type { McpConnection } from '../mcp/connection.ts';
import type { Tool } from '../mcp/definitions.ts';
import { parameterHeaders } from '../mcp/message-headers.ts';
import { plainLine } from '../output/display-width.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import type { ContentBlock } from './print-result.ts';

export interface ToolResult {
  readonly content?: readonly ContentBlock[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

let tokens = 0;

/** Calls a tool, with a bar on stderr while progress arrives. What it asks meanwhile is answered. */
export async function callTool(
  connection: McpConnection,
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  { signal, answer }: { readonly signal: AbortSignal; readonly answer: AnswerInput },
): Promise<ToolResult> {
  const bar = createProgressBar();
  tokens += 1;
  const progressToken = tokens;
  try {
    return (await requestWithInput(
      connection,
      'tools/call',
      { name: tool.name, arguments: args, _meta: { progressToken } },
      {
        signal,
        answer: (requests) => {
          bar.clear();
          return answer(requests, signal);
        },
        headers: connection.protocolVersion >= '2026' ? parameterHeaders(tool.inputSchema, args) : {},
        onNotification: ({ method, params }) => {
          if (method === 'notifications/progress' && params?.progressToken === progressToken) bar.show(params);
          if (method !== 'notifications/message') return;
          bar.clear();
          process.stderr.write(describeLogMessage(params));
        },
      },
    )) as ToolResult;
  } finally {
    bar.clear();
  }
}

/** A line for what the server logs meanwhile: `[warning] db: the disk is nearly full`. */
function describeLogMessage({ level = 'info', logger, data }: Readonly<Record<string, unknown>> = {}): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${plainLine(`[${level}] ${logger === undefined ? '' : `${logger}: `}${text}`)}\n`;
}
