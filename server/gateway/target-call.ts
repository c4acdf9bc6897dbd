import { asRecord, isRecord, parseJson } from '../../wire/json.ts';

/** Lambda's context, as far as it is looked at for a call through a gateway. */
export interface WithClientContext {
  /** The invocation's client context, in which the gateway names the tool. */
  readonly clientContext?: unknown;
}

/** A tool's call, as a gateway hands it to a Lambda target. */
export interface TargetCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Those that the gateway was told to hand on. */
  readonly headers: Headers;
  readonly query: URLSearchParams;
}

/** What stands between the name of a target and that of its tool. A target's name has no underscore. */
const SEPARATOR = '___';

/** Headers that would change how the server reads the request. */
const OURS = /^(?:content-|mcp-|accept$|origin$|host$|transfer-encoding$)/i;

/**
 * Reads a call: the event is the arguments, and all else stands in the client context, which whoever may invoke the
 * function can write.
 *
 * Source: Amazon Bedrock AgentCore Developer Guide, "AWS Lambda function targets", input format.
 *
 * @throws {Error} when the event came from something else
 */
export function readTargetCall(event: unknown, { clientContext }: WithClientContext): TargetCall {
  const context = asRecord(clientContext);
  // Runtimes differ in how they write it.
  const custom = { ...asRecord(context.Custom), ...asRecord(context.custom) };
  const name = custom.bedrockAgentCoreToolName;
  if (typeof name !== 'string' || name === '') {
    throw new Error(
      'This function is a Lambda target of AgentCore Gateway, and the event names no tool in its client context ' +
        '(bedrockAgentCoreToolName): it came from something else. Call the tools through the gateway.',
    );
  }
  const at = name.indexOf(SEPARATOR);
  return {
    tool: at === -1 ? name : name.slice(at + SEPARATOR.length),
    arguments: asRecord(event),
    headers: toHeaders(mapOf(custom.bedrockAgentCorePropagatedHeaders)),
    query: new URLSearchParams(mapOf(custom.bedrockAgentCorePropagatedQueryParameters)),
  };
}

/** A map of texts, which may be written as JSON. */
function mapOf(value: unknown): [string, string][] {
  const map = typeof value === 'string' ? parseJson(value) : value;
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([name, each]) =>
    [each].flat().flatMap((one): [string, string][] => (typeof one === 'string' ? [[name, one]] : [])),
  );
}

function toHeaders(entries: readonly [string, string][]): Headers {
  const headers = new Headers();
  for (const [name, value] of entries) {
    if (OURS.test(name)) continue;
    try {
      headers.append(name, value);
    } catch {
      // None that HTTP knows.
    }
  }
  return headers;
}
