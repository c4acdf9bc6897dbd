import { isRecord, isString } from '../../wire/json.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { detailsOf, explainResponse } from '../explain-response.ts';
import { version } from '../version.ts';
import { type JsonRpcErrorObject, type JsonRpcMessage, parseMessage, readError } from './json-rpc.ts';
import { messageHeaders, PROTOCOL_VERSION_KEY } from './message-headers.ts';
import { ACCEPTED, readMessages } from './read-messages.ts';

/** The newest revision of either era; a server of the older one says in its answer to `initialize` which it speaks. */
const MODERN_VERSION = '2026-07-28';
const LEGACY_VERSION = '2025-11-25';

/** Of an error's `data` that is shown; characters. */
const MAX_DATA_LENGTH = 2000;

/** The server answered with an error. */
export class ServerError extends CommandError {
  readonly code: number;

  constructor({ code, message, data }: JsonRpcErrorObject, response: Response) {
    const details = data === undefined ? '' : ` ${JSON.stringify(data).slice(0, MAX_DATA_LENGTH)}`;
    super(`The server answered: ${message} (${code})${details}`, ExitCode.failed, {
      ...detailsOf(response),
      code,
      data,
    });
    this.code = code;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Takes the notifications that arrive before the answer. */
  readonly onNotification?: (message: JsonRpcMessage) => void;
  readonly headers?: Readonly<Record<string, string>>;
}

type Result = Readonly<Record<string, unknown>>;

/** A connection to an MCP server, over which requests go one by one. */
export interface McpConnection {
  /** The revision spoken, such as `2026-07-28`. */
  readonly protocolVersion: string;
  readonly serverInfo: { readonly name?: string; readonly version?: string };
  readonly capabilities: Readonly<Record<string, unknown>>;
  /**
   * Sends a request and waits for its result. What goes wrong is thrown as a {@link CommandError}, which is a
   * {@link ServerError} when the server answered with one.
   */
  request(method: string, params?: Result, options?: RequestOptions): Promise<Result>;
  /**
   * All pages of a list: of `tools/list` the `tools`, and so on; within the time that one answer may take. What is no
   * definition is left out, and told of on stderr.
   */
  list<T extends object>(method: string, key: string): Promise<T[]>;
  /**
   * Ends the session, where the server keeps one.
   *
   * @returns the status of its answer; undefined where there was no session, or no answer
   */
  close(): Promise<number | undefined>;
}

interface Connecting {
  readonly url: URL;
  /** Longest wait for one answer; milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/**
 * Finds out which era a server is of, by asking it to introduce itself in the newer one.
 *
 * @param reach a `fetch` that reaches the server
 */
export async function connectMcp(reach: typeof fetch, { url, timeout, signal }: Connecting): Promise<McpConnection> {
  const clientInfo = { name: 'lambda-mcp', version: version() };
  let nextId = 0;
  let legacyVersion: string | undefined;
  let sessionId: string | undefined;
  let lastStatus = 0;

  async function post(message: JsonRpcMessage, options: RequestOptions): Promise<Response> {
    const limits = [AbortSignal.timeout(timeout), ...(options.signal ? [options.signal] : [])];
    const response = await reach(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: ACCEPTED,
        ...(legacyVersion && { 'mcp-protocol-version': legacyVersion }),
        ...(sessionId && { 'mcp-session-id': sessionId }),
        ...messageHeaders(message),
        ...options.headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal: AbortSignal.any(limits),
    });
    lastStatus = response.status;
    if (message.method === 'initialize') sessionId = response.headers.get('mcp-session-id') ?? undefined;
    return response;
  }

  async function send(message: JsonRpcMessage, options: RequestOptions): Promise<Result> {
    let response = await post(message, options);
    if (response.status === 404 && sessionId !== undefined) {
      // The server has ended the session: a new one is begun by another `initialize`.
      await response.body?.cancel();
      sessionId = undefined;
      await initialize(options);
      response = await post(message, options);
    }
    if (!response.ok) {
      const said = readError(await response.clone().text());
      throw said ? new ServerError(said.error, response) : await explainResponse(response);
    }
    for await (const text of readMessages(response, message.id)) {
      const received = parseMessage(text);
      if (received?.method !== undefined) options.onNotification?.(received);
      else if (received?.id === message.id && received?.error) throw new ServerError(received.error, response);
      else if (received?.id === message.id && received?.result) return received.result;
    }
    throw new CommandError(
      'The server ended its answer without a result. Is there an MCP server at this address?',
      ExitCode.failed,
      detailsOf(response),
    );
  }

  async function request(method: string, params: Result = {}, options: RequestOptions = {}): Promise<Result> {
    nextId += 1;
    const meta = {
      ...(params._meta as object | undefined),
      ...(legacyVersion === undefined && {
        [PROTOCOL_VERSION_KEY]: MODERN_VERSION,
        'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {}, url: {} } },
        'io.modelcontextprotocol/clientInfo': clientInfo,
      }),
    };
    const whole = Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params;
    try {
      return await send({ id: nextId, method, params: whole }, options);
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      throw explainError(error);
    }
  }

  async function introduce(): Promise<Result> {
    const options = signal ? { signal } : {};
    try {
      return await request('server/discover', {}, options);
    } catch (error) {
      // A server of the older era may refuse the newer method in any way; one that fails is none for that.
      if (!(error instanceof CommandError) || error.exitCode !== ExitCode.failed) throw error;
      if (lastStatus >= 500 && !(error instanceof ServerError)) throw error;
    }
    return initialize(options);
  }

  async function initialize(options: RequestOptions): Promise<Result> {
    legacyVersion = LEGACY_VERSION;
    const params = { protocolVersion: LEGACY_VERSION, capabilities: {}, clientInfo };
    const result = await request('initialize', params, options.signal ? { signal: options.signal } : {});
    legacyVersion = String(result.protocolVersion);
    await (await post({ method: 'notifications/initialized' }, options)).body?.cancel();
    return result;
  }

  const introduction = await introduce();
  return {
    protocolVersion: legacyVersion ?? MODERN_VERSION,
    serverInfo: readServerInfo(introduction),
    capabilities: (introduction.capabilities ?? {}) as Result,
    request,
    async list<T extends object>(method: string, key: string) {
      const items: T[] = [];
      const seen = new Set<unknown>();
      // A server may page for ever, and answer each page in time.
      const limit = AbortSignal.timeout(timeout);
      for (let cursor: unknown; ; ) {
        const page = await request(method, cursor === undefined ? {} : { cursor }, { signal: limit });
        items.push(...readDefinitions<T>(page[key], method, key));
        cursor = page.nextCursor;
        if (typeof cursor !== 'string' || seen.has(cursor)) return items;
        seen.add(cursor);
      }
    },
    async close() {
      if (sessionId === undefined) return undefined;
      const headers = { 'mcp-session-id': sessionId, ...(legacyVersion && { 'mcp-protocol-version': legacyVersion }) };
      const ended = { method: 'DELETE', headers, signal: AbortSignal.timeout(5000) };
      sessionId = undefined;
      const response = await reach(url, ended).catch(() => undefined);
      await response?.body?.cancel();
      return response?.status;
    },
  };
}

/** By which a definition is told from others. */
const IDENTIFIERS: Readonly<Record<string, string>> = { resources: 'uri', resourceTemplates: 'uriTemplate' };

/** @throws {CommandError} when it is no list */
function readDefinitions<T extends object>(list: unknown, method: string, key: string): T[] {
  if (!Array.isArray(list)) {
    throw new CommandError(`The server answered ${method} without a list of \`${key}\`.`, ExitCode.failed);
  }
  const identifier = IDENTIFIERS[key] ?? 'name';
  const good = list.filter((each) => isRecord(each) && isString(each[identifier]));
  const left = list.length - good.length;
  if (left > 0) process.stderr.write(`Left out ${left} of the server's ${key}: no ${identifier}.\n`);
  return good as T[];
}

/** 2026-07-28 puts it into `_meta`. */
function readServerInfo(introduction: Result): McpConnection['serverInfo'] {
  const meta = introduction._meta as Record<string, unknown> | undefined;
  return introduction.serverInfo ?? meta?.['io.modelcontextprotocol/serverInfo'] ?? {};
}
