import { createRequestStateCodec, type RequestStateCodec } from '@modelcontextprotocol/server';
import { asRecord, isRecord } from '../wire/json.ts';
import { identityOf } from './auth.ts';
import type { McpRequestContext } from './handler-options.ts';

/** Options of {@link bindRequestState}. */
export interface RequestStateOptions {
  /** Secret of at least 32 bytes, the same in every execution environment: from Secrets Manager, not made at start. */
  readonly key: string | Uint8Array;
  /**
   * How long a state stays valid; seconds.
   * @default 600
   */
  readonly ttlSeconds?: number | undefined;
}

/**
 * A codec for `requestState`, the state that an `input_required` result sends through the client and its retry brings
 * back. A state is good for its caller, for the request that it was made for, arguments included, and for its time;
 * what comes back otherwise, or altered, is refused before the tool runs. Within its time it can be sent again: a tool
 * that must not run twice has to remember that it ran. The client can read it.
 *
 * The SDK's codec can bind a state to what the handler's context tells, and that leaves out the tool. The header
 * `Mcp-Name` tells it, but is compared with the body in protocol 2026-07-28 only, while the SDK takes a `requestState`
 * in requests of the older revisions too. So what is bound here is read from the body.
 *
 * Through the Invoke API the caller is unknown, so that whoever may invoke the function can use another's state.
 *
 * Source: MCP specification 2026-07-28, "Multi Round-Trip Requests", server requirements.
 *
 * @throws {RangeError} when the key is shorter than 32 bytes
 */
export function bindRequestState<T = unknown>(
  { caller, authInfo, authorizer, request }: McpRequestContext,
  { key, ttlSeconds = 600 }: RequestStateOptions,
): RequestStateCodec<T> {
  let binding: string | undefined;
  const codec = createRequestStateCodec<T>({ key, ttlSeconds, bind: () => binding as string });

  async function bind(): Promise<void> {
    if (binding !== undefined) return;
    const message = (await request.clone().json()) as JsonRpcRequest;
    binding = canonicalJson([identityOf(caller, authInfo), ...asked(message), ...principalOf(authorizer)]);
  }
  return {
    async mint(payload, ctx) {
      await bind();
      return codec.mint(payload, ctx);
    },
    async verify(state, ctx) {
      await bind();
      return codec.verify(state, ctx);
    },
  };
}

/** Whom a REST API's authorizer let in. The rest of what it says may differ from one request to the next. */
function principalOf(authorizer: McpRequestContext['authorizer']): unknown[] {
  return authorizer ? [authorizer.principalId, asRecord(authorizer.claims).sub] : [];
}

interface JsonRpcRequest {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a request asks for: the part that its retry repeats. */
function asked({ method, params = {} }: JsonRpcRequest): unknown[] {
  const { _meta, inputResponses, requestState, ...rest } = params;
  return [method, rest];
}

/** A client may write an object's members in another order when it repeats them. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (!isRecord(member)) return member;
    const names = Object.keys(member).sort();
    return Object.fromEntries(names.map((name) => [name, member[name]]));
  });
}
