import { invokeUrl } from '../transport/invoke-url.ts';
import type { Retry } from '../transport/stages/retry.ts';

/**
 * Prints a line to stderr for each request and each response: method, host, status, milliseconds and AWS's request id.
 * No header, query, argument, token or signature is ever printed.
 *
 * @param isOn asked before each request
 */
export function withDebugLines(reach: typeof fetch, isOn: () => boolean): typeof fetch {
  let count = 0;
  return async (input, init) => {
    if (!isOn()) return reach(input, init);
    count += 1;
    const number = count;
    const url = new URL(input instanceof Request ? input.url : input);
    const where = url.origin === invokeUrl.origin ? 'Invoke' : `${init?.method ?? 'GET'} ${url.origin}${url.pathname}`;
    say(`#${number} → ${where}${methodOf(init?.body)}`);
    const started = performance.now();
    const took = () => `${Math.round(performance.now() - started)} ms`;
    try {
      const response = await reach(input, init);
      if (response.headers.has('lambda-mcp-answered-by')) {
        say(`#${number} ← ${response.status} answered here: nothing was sent`);
        return response;
      }
      const requestId = response.headers.get('x-amzn-requestid');
      const type = response.headers.get('x-amzn-errortype') ?? response.headers.get('content-type') ?? '';
      say(`#${number} ← ${response.status} ${type} ${took()}${requestId ? ` request id ${requestId}` : ''}`);
      return response;
    } catch (error) {
      say(`#${number} × ${error instanceof Error ? error.name : 'failed'} ${took()}`);
      throw error;
    }
  };
}

/** Prints a line for an attempt that is followed by another. */
export function sayRetry({ attempt, status, error, delay }: Retry): void {
  const why = status ?? (error instanceof Error ? error.name : 'failed');
  say(`attempt ${attempt}: ${why}, again in ${Math.round(delay)} ms`);
}

function say(line: string): void {
  process.stderr.write(`[debug] ${line}\n`);
}

/** The JSON-RPC method that a body carries. */
function methodOf(body: unknown): string {
  try {
    const { method, params } = JSON.parse(String(body));
    return method === undefined ? '' : ` ${method}${typeof params?.name === 'string' ? ` ${params.name}` : ''}`;
  } catch {
    return '';
  }
}
