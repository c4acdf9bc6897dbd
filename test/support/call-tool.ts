import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalLambda } from 'lambda-mcp/local';

/** Calls a tool with nothing but `fetch`, as the first of the principals. @returns its text, or what came instead */
export async function callTool(
  { functionUrl, region, principals: [principal] }: Pick<LocalLambda, 'functionUrl' | 'region' | 'principals'>,
  name: string,
): Promise<string> {
  if (!principal) throw new Error('The Lambda has no principal.');
  const fetch = sigv4Fetch({ credentials: principal, region, retry: { attempts: 1 } });
  const response = await fetch(functionUrl, {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
  });
  const text = await response.text();
  const json = /^data: (\{.*)$/m.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(json).result.content[0].text;
  } catch {
    return `${response.status} ${text}`;
  }
}
