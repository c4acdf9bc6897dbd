import { isRecord, parseJson } from '../../wire/json.ts';
import { eventData } from '../event-data.ts';
import type { LambdaContext } from '../lambda-context.ts';
import type { LambdaHandler } from '../lambda-handler.ts';

/** A JSON-RPC answer. */
interface ServerAnswer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message?: unknown };
}

const ID = 1;

/** What the request has beside its message. */
interface Beside {
  readonly headers?: Headers;
  readonly query?: URLSearchParams;
  readonly lambda?: LambdaContext;
}

/** One request to a server without its host, in a revision that both lines of the SDK speak. */
export async function askServer(
  server: Pick<LambdaHandler, 'fetch'>,
  method: string,
  params: object,
  { headers = new Headers(), query, lambda }: Beside = {},
): Promise<ServerAnswer> {
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json, text/event-stream');
  headers.set('mcp-protocol-version', '2025-06-18');
  const url = new URL('https://gateway-target.invalid/mcp');
  url.search = query?.toString() ?? '';
  const body = JSON.stringify({ jsonrpc: '2.0', id: ID, method, params });
  const response = await server.fetch(new Request(url, { method: 'POST', headers, body }), { lambda });
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  for (const each of isStream ? eventData(text) : [text]) {
    const message = parseJson(each);
    // A refusal of the message as such has no id.
    if (
      isRecord(message) &&
      (message.id === ID || message.id === null) &&
      ('result' in message || 'error' in message)
    ) {
      return message;
    }
  }
  return { error: { message: `The server answered with status ${response.status} and no message.` } };
}
