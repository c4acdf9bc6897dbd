import { isRecord, parseJson } from '../wire/json.ts';
import { dereference } from '../wire/tool-schema/dereference.ts';
import { gatewayRefusals, type ToolWithSchemas } from '../wire/tool-schema/gateway-refusals.ts';
import { eventData } from './event-data.ts';

/**
 * An answer to `tools/list` with schemas that refer to nothing. Any other answer, and a list without references, is passed
 * on as it is, byte for byte.
 */
export async function dereferenceTools(response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  const isStream = /^text\/event-stream\b/i.test(type);
  if (!response.ok || response.headers.has('content-encoding') || !(isStream || /^application\/json\b/i.test(type))) {
    return response;
  }
  const text = await response.text();
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(isStream ? inEvents(text) : inMessage(text), { status, statusText, headers });
}

/** Each event's data is replaced by itself. */
function inEvents(text: string): string {
  return text
    .split(/(\r\n\r\n|\n\n|\r\r)/)
    .map((event) => {
      const [data = ''] = eventData(event);
      const written = inMessage(data);
      if (written === data) return event;
      const others = event.split(/\r\n|\n|\r/).filter((line) => !line.startsWith('data:'));
      return [...others, `data: ${written}`].join('\n');
    })
    .join('');
}

function inMessage(text: string): string {
  const message = parseJson(text);
  if (!isRecord(message) || !isRecord(message.result) || !Array.isArray(message.result.tools)) return text;
  const tools = message.result.tools.filter(isRecord) as unknown as ToolWithSchemas[];
  if (gatewayRefusals(tools).length === 0) return text;
  const written = message.result.tools.map((tool) => (isRecord(tool) ? withoutReferences(tool) : tool));
  return JSON.stringify({ ...message, result: { ...message.result, tools: written } });
}

function withoutReferences(tool: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(tool).map(([key, value]) => [
      key,
      key === 'inputSchema' || key === 'outputSchema' ? dereference(value) : value,
    ]),
  );
}
