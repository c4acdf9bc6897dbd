import type { AuthMethod } from '../auth-method.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { explainResponse } from '../explain-response.ts';
import { errorLine, isAnswer, JsonRpcCode, type JsonRpcMessage, parseMessage, readError } from '../mcp/json-rpc.ts';
import { messageHeaders, versionOf } from '../mcp/message-headers.ts';
import { ACCEPTED, readMessages } from '../mcp/read-messages.ts';
import { withHostId } from './host-id.ts';
import type { Log } from './log.ts';
import { withMeta } from './meta-option.ts';
import type { ToolCatalogue } from './tool-catalogue.ts';
import { hasRules, onlyAllowed, refuseByName, type ToolRules } from './tool-rules.ts';

/** A message on its way to the server. */
export interface Delivery {
  /** As the client wrote it: this is what is sent. */
  readonly body: string;
  /** The same, read. */
  readonly message: JsonRpcMessage;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the headers are a client's own, to be sent as they are: over HTTP it makes `Mcp-Param-*` itself. */
  readonly headersGiven?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Carries a message to the server. Whatever goes wrong is a response too, with a JSON-RPC error for the message as its
 * body; it throws only when the signal is aborted.
 */
export type Forward = (delivery: Delivery) => Promise<Response>;

export interface ForwardOptions {
  /** A `fetch` that reaches the server. */
  readonly reach: typeof fetch;
  readonly url: URL;
  /** Added to each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Added to the `_meta` of each request, which may say otherwise. */
  readonly meta: Readonly<Record<string, string>>;
  /** Longest wait for an answer; milliseconds. */
  readonly timeout: number;
  /** The same for a tool. */
  readonly toolTimeout: number;
  readonly rules: ToolRules;
  readonly auth: AuthMethod;
  readonly catalogue: ToolCatalogue;
  readonly log: Log;
}

const CREDENTIALS_ADVICE =
  ' Then try again: the proxy reads them anew without a restart. Hosts do not pass on AWS_* variables of your shell: ' +
  "give --profile, or set the variables in the host's configuration.";

function signInAdvice({ href }: URL): string {
  return ` Once somebody has signed in, by \`lambda-mcp login ${href}\`, the proxy goes on without a restart.`;
}

export function createForward(options: ForwardOptions): Forward {
  const { reach, url, rules, catalogue, log } = options;
  let listings = 0;

  async function send({ body, message, headers, signal }: Delivery): Promise<Response> {
    return reach(url, {
      method: 'POST',
      headers: { accept: ACCEPTED, ...options.headers, ...headers, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, timeLimit(message)]),
    });
  }

  function timeLimit({ method }: JsonRpcMessage): AbortSignal {
    const { timeout, toolTimeout } = options;
    if (method !== 'tools/call' || toolTimeout === timeout) return AbortSignal.timeout(timeout);
    const limit = new AbortController();
    const late = new CommandError('No answer in time. The tool may still be running.', ExitCode.unreachable, {
      advice: '--tool-timeout SECONDS waits longer.',
    });
    setTimeout(() => limit.abort(late), toolTimeout).unref();
    return limit.signal;
  }

  /** Asks for the tools on behalf of a call, in its protocol revision and session. */
  async function learnTools({ message, headers, signal }: Delivery): Promise<void> {
    for (let cursor: unknown, page = 0; page < 100; page += 1) {
      listings += 1;
      const meta = Object.entries(message.params?._meta ?? {}).filter(([key]) =>
        key.startsWith('io.modelcontextprotocol/'),
      );
      const params = {
        ...(cursor !== undefined && { cursor }),
        ...(meta.length > 0 && { _meta: Object.fromEntries(meta) }),
      };
      const list = withOptions({ jsonrpc: '2.0', id: `lambda-mcp-${listings}`, method: 'tools/list', params });
      const { 'mcp-name': _, ...rest } = headers;
      const listHeaders = { ...withoutParameters(rest), ...messageHeaders(list) };
      const response = await send({ body: JSON.stringify(list), message: list, headers: listHeaders, signal });
      if (!response.ok) throw await explainResponse(response);
      let next: unknown;
      for await (const text of readMessages(response, list.id)) {
        const { id, result } = parseMessage(text) ?? {};
        if (id !== list.id) continue;
        catalogue.learn(result);
        next = result?.nextCursor;
      }
      if (typeof next !== 'string' || next === cursor) return;
      cursor = next;
    }
  }

  /** Why a tool may not be called; undefined when it may, and for all else. */
  async function refuse(delivery: Delivery): Promise<string | undefined> {
    const { method, params } = delivery.message;
    if (method !== 'tools/call') return undefined;
    const refused = refuseByName(params?.name, rules);
    if (refused !== undefined || !rules.readOnly || catalogue.isReadOnly(params?.name)) return refused;
    await learnTools(delivery);
    if (catalogue.isReadOnly(params?.name)) return undefined;
    return `${String(params?.name)} is not annotated as read-only, and this proxy runs with --read-only.`;
  }

  function withOptions<T extends JsonRpcMessage>(message: T): T {
    const isRequest = message.method !== undefined && message.id !== undefined;
    return isRequest && Object.keys(options.meta).length > 0 ? (withMeta(message, options.meta) as T) : message;
  }

  /**
   * An answer, for a host that reads JSON-RPC: over stdio its messages are read one by one. Over HTTP what is called JSON
   * is held until it is whole, and so is a list of tools anywhere, to be learned from and shortened by the rules.
   */
  async function pass(response: Response, { message, headersGiven }: Delivery): Promise<Response> {
    const { id, method } = message;
    const isStream = response.headers.get('content-type')?.toLowerCase().startsWith('text/event-stream');
    if (method === undefined || id === undefined || id === null) return response;
    if (method === 'tools/list' || (headersGiven && !isStream)) return passWhole(response, message, isStream);
    if (!headersGiven || !response.body) return response;
    return new Response(withHostId(response.body, id), response);
  }

  async function passWhole(response: Response, message: JsonRpcMessage, isStream = false): Promise<Response> {
    const lines: string[] = [];
    let answered = false;
    for await (const line of readMessages(response, message.id)) {
      const received = parseMessage(line);
      answered ||= isAnswer(received, message);
      const list = message.method === 'tools/list' && received?.id === message.id ? received?.result : undefined;
      if (list) catalogue.learn(list);
      lines.push(
        list && hasRules(rules) ? JSON.stringify({ ...received, result: onlyAllowed(list, rules, catalogue) }) : line,
      );
    }
    if (!answered) throw new CommandError('The server ended its answer without a result.', ExitCode.failed);
    const json = lines.length === 1 ? lines[0] : `[${lines}]`;
    const { status, headers } = response;
    return new Response(isStream ? lines.map((line) => `data: ${line}\n\n`).join('') : json, { status, headers });
  }

  /** With the headers that repeat a tool's arguments, as far as its schema is known. */
  function withParameters(delivery: Delivery): Delivery {
    const { message, headers } = delivery;
    if (delivery.headersGiven || message.method !== 'tools/call' || versionOf(message) === undefined) return delivery;
    const { name, arguments: args } = message.params ?? {};
    return { ...delivery, headers: { ...headers, ...catalogue.headersFor(name, args) } };
  }

  async function deliver(delivery: Delivery): Promise<Response> {
    const { message } = delivery;
    const refused = await refuse(delivery);
    if (refused !== undefined) return answer(200, errorLine(message.id, JsonRpcCode.invalidParams, refused));
    let response = await send(withParameters(delivery));
    if (!delivery.headersGiven && message.method === 'tools/call' && (await lacksHeaders(response))) {
      // The server has refused the call without running it.
      await learnTools(delivery);
      response = await send(withParameters(delivery));
    }
    if (!response.ok) return explained(response, delivery);
    return pass(response, delivery);
  }

  async function explained(response: Response, delivery: Delivery): Promise<Response> {
    const { id } = delivery.message;
    const { status, headers } = response;
    const said = readError(await response.clone().text());
    // A server that did not read the id answers null, which no client could tell to be for its request.
    if (said) return answer(isSignIn(status) ? 200 : status, JSON.stringify({ ...said, id: id ?? said.id ?? null }));
    const requestId = headers.get('x-amzn-requestid');
    return failed(await explainResponse(response), delivery, { status, ...(requestId && { requestId }) });
  }

  function failed(error: unknown, { message, headers }: Delivery, data: { readonly status: number }): Response {
    const told = explainError(error);
    log.failure(told.message);
    const how = options.auth === 'iam' ? CREDENTIALS_ADVICE : signInAdvice(url);
    const advice = told.exitCode === ExitCode.credentials ? how : '';
    const line = errorLine(message.id, JsonRpcCode.notDelivered, `${told.message}${advice}`, data);
    const mayPass = told.exitCode === ExitCode.unreachable || told.exitCode === ExitCode.failed;
    return answer(failureStatus(message, data.status, headers, mayPass), line);
  }

  return async (given) => {
    const message = withOptions(given.message);
    const delivery = message === given.message ? given : { ...given, message, body: JSON.stringify(message) };
    try {
      return await deliver(delivery);
    } catch (error) {
      if (delivery.signal.aborted) throw error;
      return failed(error, delivery, { status: 502 });
    }
  };
}

/** What an HTTP client takes for a call to sign in, though it is the proxy that has the identity. */
export function isSignIn(status: number): boolean {
  return status === 401 || status === 403;
}

/**
 * The status under which an HTTP client reads the error for its request: clients look into no body but a good one's. Two
 * must be seen: that of a session which has ended, by which its client begins another, and that a `server/discover` did not
 * get through which another time would, and which a client would else take for the word of an older server.
 */
function failureStatus(
  { id, method }: JsonRpcMessage,
  status: number,
  headers: Delivery['headers'],
  mayPass: boolean,
): number {
  if (status === 404 && headers['mcp-session-id'] !== undefined) return status;
  const isProbe = method === 'server/discover' && mayPass && (status === 429 || status >= 500);
  if (id !== undefined && !isProbe) return 200;
  return status === 429 || status === 503 ? 503 : 502;
}

async function lacksHeaders(response: Response): Promise<boolean> {
  if (response.status !== 400) return false;
  return readError(await response.clone().text())?.error.code === JsonRpcCode.headerMismatch;
}

function answer(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

function withoutParameters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('mcp-param-')));
}
