import type { CallRecord } from '../wire/call-record.ts';
import type { Admission } from './admit-request.ts';

/*
 * OpenTelemetry's API keeps what a process has registered in one place, whichever copy of it the process loaded. It is
 * looked up there, so that whoever traces nothing loads nothing.
 */

/** Source: `@opentelemetry/api`, "global-utils": one registry for all 1.x versions. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');

/** As much of OpenTelemetry's API as is used. */
interface Registry {
  readonly trace?: { getTracer(name: string): Tracer };
  readonly context?: { active(): object };
  readonly propagation?: { extract(context: object, carrier: unknown, getter: object): object };
}

interface Tracer {
  startActiveSpan<T>(name: string, options: object, context: object, run: (span: Span) => T): T;
}

interface Span {
  setAttributes(attributes: Readonly<Record<string, string | number | undefined>>): void;
  setStatus(status: { readonly code: number; readonly message?: string }): void;
  end(): void;
}

/** `SpanKind.SERVER` and `SpanStatusCode.ERROR`. */
const SERVER = 1;
const ERROR = 2;

const getter = {
  get: (carrier: Readonly<Record<string, string>>, name: string) => carrier[name],
  keys: (carrier: object) => Object.keys(carrier),
};

/** Ends a request's span, with what became of it. */
export type EndSpan = (record: CallRecord) => void;

/**
 * Runs what serves a request within a span of it, where the process has a tracer and a context manager; else as it is.
 *
 * Source: OpenTelemetry semantic conventions, "Model Context Protocol": a server's span is named by method and tool.
 */
export function inSpan<T>(
  { method = 'unknown', tool, trace, protocolVersion }: Admission,
  requestId: string,
  run: (end?: EndSpan) => T,
): T {
  const { trace: provider, context, propagation } = (globalThis as { [REGISTRY]?: Registry })[REGISTRY] ?? {};
  // The warm-up has no request id.
  if (!provider || !context || requestId === '') return run();
  const active = context.active();
  const parent = trace && propagation ? propagation.extract(active, trace, getter) : active;
  const attributes = {
    'mcp.method.name': method,
    'faas.invocation_id': requestId,
    ...(tool !== undefined && { 'gen_ai.tool.name': tool, 'gen_ai.operation.name': 'execute_tool' }),
    ...(protocolVersion !== undefined && { 'mcp.protocol.version': protocolVersion }),
  };
  const name = tool === undefined ? method : `${method} ${tool}`;
  return provider
    .getTracer('lambda-mcp')
    .startActiveSpan(name, { kind: SERVER, attributes }, parent, (span) => run((record) => endSpan(span, record)));
}

function endSpan(span: Span, { outcome, errorCode, status }: CallRecord): void {
  span.setAttributes({
    'http.response.status_code': status,
    ...(errorCode !== undefined && { 'rpc.response.status_code': String(errorCode) }),
  });
  if (outcome !== 'ok' && outcome !== 'input_required' && outcome !== 'unknown') {
    span.setAttributes({ 'error.type': outcome });
    span.setStatus({ code: ERROR });
  }
  span.end();
}
