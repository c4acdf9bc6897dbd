/** The content types in which a server may answer, as an `Accept` header says it. */
export const ACCEPTED = 'application/json, text/event-stream';

/**
 * The JSON-RPC messages of a response, as they arrive: each as its sender wrote it, but on one line.
 *
 * @throws when the content type is neither JSON nor an event stream
 */
export async function* readMessages(response: Response): AsyncGenerator<string, void> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') {
    if (response.body) yield* readEvents(response.body);
    return;
  }
  const text = await response.text();
  if (type !== 'application/json') {
    throw new Error(
      `The server answered with ${type ?? 'no content type'}, not with JSON or an event stream. Is there an MCP server at this address?`,
    );
  }
  if (text.trim() !== '') yield onOneLine(text);
}

/** Source: WHATWG HTML, "Server-sent events", parsing an event stream. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let afterCr = false;
  let data: string[] = [];
  let type = '';
  for await (const chunk of body) {
    let text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    if (afterCr && text.startsWith('\n')) text = text.slice(1);
    afterCr = text.endsWith('\r');
    const lines = text.split(/\r\n|[\r\n]/);
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
        if (field === 'data') data.push(value);
        else if (field === 'event') type = value;
        continue;
      }
      if (data.some((each) => each !== '') && (type === '' || type === 'message')) yield onOneLine(data.join('\n'));
      data = [];
      type = '';
    }
  }
}

/** In JSON a line break can only stand between tokens. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ').trim();
}
