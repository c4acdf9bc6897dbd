import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CommandError, ExitCode } from '../exit-code.ts';
import { isOwnCallback } from './settings.ts';

/** Waits on loopback for the browser to come back. */
export interface CallbackServer extends AsyncDisposable {
  /** The parameters of the answer that carries the state. One of another sign-in is refused, and waited on. */
  readonly answer: Promise<URLSearchParams>;
}

/**
 * Listens at a redirect URI; on both loopback addresses where its host is `localhost`, which a browser may take for either.
 *
 * @throws {CommandError} when another program listens there, or the redirect URI is of another machine
 */
export async function listenForCallback(redirectUri: URL, state: string): Promise<CallbackServer> {
  if (!isOwnCallback(redirectUri)) {
    throw new CommandError(
      `The browser comes back to ${redirectUri.href}, where this command cannot listen.`,
      ExitCode.usage,
      {
        advice: '`lambda-mcp login TARGET --no-browser` takes the URL that you come back to.',
      },
    );
  }
  const { promise: answer, resolve } = Promise.withResolvers<URLSearchParams>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.parse(request.url ?? '/', redirectUri.origin);
    if (!url || url.pathname !== redirectUri.pathname) show(response, 404, 'Nothing is here.');
    else if (request.method !== 'GET') show(response, 405, 'Only a browser comes here.');
    else if (!isSame(url.searchParams.get('state'), state)) {
      show(response, 400, 'This is the answer to another sign-in.');
    } else {
      const went = url.searchParams.has('code');
      show(
        response,
        200,
        went ? 'You are back: this page may be closed.' : 'Nobody signed in: this page may be closed.',
      );
      response.once('close', () => resolve(url.searchParams));
    }
  };
  const hosts =
    redirectUri.hostname === 'localhost' ? ['127.0.0.1', '::1'] : [redirectUri.hostname.replace(/^\[|\]$/g, '')];
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  try {
    for (const host of hosts) servers.push(...(await listenAt(host, Number(redirectUri.port || 80), handle)));
  } catch (error) {
    await close();
    throw error;
  }
  return { answer, [Symbol.asyncDispose]: close };
}

/** @returns none for an address that this machine does not have */
async function listenAt(
  host: string,
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server[]> {
  const server = createServer({ requestTimeout: 10_000 }, handle);
  try {
    server.listen(port, host);
    await once(server, 'listening');
    // Who waits for the answer keeps the process alive, and who gave up does not.
    return [server.unref()];
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (host === '::1' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return [];
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be listened at (${code})`;
    throw new CommandError(`Port ${port}, to which the browser comes back, ${why}.`, ExitCode.failed, {
      cause,
      advice:
        'End that program, give OAUTH_REDIRECT_URI another port that the client is registered with, or sign in by ' +
        '`lambda-mcp login TARGET --no-browser`.',
    });
  }
}

/** Whether the answer is to this sign-in. */
export function isSame(given: string | null, state: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(state)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A page that says one sentence. */
function show(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>lambda-mcp</title>
<style>body{font:16px/1.5 system-ui;max-width:24rem;margin:4rem auto;padding:0 1rem}</style>
<h1>lambda-mcp</h1><p>${text}</p></html>`);
}
