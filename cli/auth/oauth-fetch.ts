import { explainConnectionError } from '../../transport/connection-error.ts';
import type { NetworkOptions } from '../../transport/network/network-options.ts';
import { createNetwork } from '../../transport/runtime/node.ts';
import { isLoopback } from '../../transport/signing-scope.ts';
import { CommandError, ExitCode } from '../exit-code.ts';

/** Metadata and tokens are small; bytes. */
const MAX_SIZE = 1024 * 1024;
/** Milliseconds. */
const TIMEOUT = 30_000;

/**
 * A `fetch` for metadata and tokens. It follows no redirect, goes to no place where somebody could listen, and reads no
 * more than it must.
 *
 * @param server the MCP server: only one on loopback may send the command to addresses of loopback
 */
export function createOAuthFetch(server: URL, options: NetworkOptions): typeof fetch {
  const network = createNetwork(options);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    assertSafe(url, server);
    try {
      const dispatcher = await network.dispatcher(url);
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(init?.signal ? [init.signal] : [])]),
        ...(dispatcher && ({ dispatcher } as object)),
      });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw new CommandError(
          `${url.origin}${url.pathname} redirects (${response.status}). What concerns tokens is taken from no other place.`,
          ExitCode.refused,
        );
      }
      const { status, headers } = response;
      const text = await readText(response, url);
      return new Response([101, 204, 205, 304].includes(status) ? null : text, { status, headers: plain(headers) });
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw explainConnectionError(error);
      throw new CommandError(`${url.origin} gave no answer within ${TIMEOUT / 1000} seconds.`, ExitCode.unreachable);
    }
  };
}

/**
 * Source: MCP specification, "Authorization", communication security: https everywhere, but for redirects to loopback. A
 * server out there that names loopback would have the command call programs of this machine.
 *
 * @throws {CommandError}
 */
export function assertSafe(url: URL, server: URL): void {
  const where = `${url.origin}${url.pathname}`;
  if (url.username || url.password) throw unsafe(`${where} holds a user name or a password.`);
  if (isLoopback(url.hostname)) {
    if (/^https?:$/.test(url.protocol) && isLoopback(server.hostname)) return;
    throw unsafe(`${server.origin} sends its clients to ${where}, which is on this machine.`);
  }
  if (url.protocol !== 'https:') throw unsafe(`${where} is not https. Tokens go over http to loopback addresses only.`);
}

function unsafe(message: string): CommandError {
  return new CommandError(message, ExitCode.refused);
}

async function readText(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_SIZE) {
      throw new CommandError(`${url.origin}${url.pathname} answers with more than ${MAX_SIZE} bytes.`, ExitCode.failed);
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The body is decoded already. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length']) kept.delete(name);
  return kept;
}
