import type { LambdaContext } from './lambda-context.ts';

/** The trace that a request belongs to, as whoever sent it says, or as Lambda does. */
export interface TraceContext {
  /** W3C's 32 hexadecimal digits, or X-Ray's root, `1-…`. */
  readonly traceId: string | undefined;
  /** The span that the request was sent in: 16 hexadecimal digits. */
  readonly spanId: string | undefined;
}

/** What carries a trace from one process to the next. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

/** Source: W3C Trace Context, "traceparent Header": versions after 00 may have more at the end, and ids of zeros are none. */
const TRACEPARENT =
  /^(?!ff|00.{53}-)[0-9a-f]{2}-(?<traceId>(?!0{32})[0-9a-f]{32})-(?<spanId>(?!0{16})[0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;
/** W3C's limit for `tracestate`, which holds for a span's `baggage` as well here; characters. */
const MAX_LENGTH = 512;

/**
 * What a request says of its trace: in `_meta`, where whatever carries the message leaves it alone, else in its headers.
 *
 * Source: MCP specification 2026-07-28, "General fields": `_meta` keeps `traceparent`, `tracestate` and `baggage` for it.
 */
export function readTraceCarrier(meta: Readonly<Record<string, unknown>>, headers: Headers): TraceCarrier | undefined {
  return (
    toCarrier((name) => meta[name]) ??
    // Headers that were sent twice are one with a comma in it, which is none.
    toCarrier((name) => headers.get(name) ?? undefined)
  );
}

function toCarrier(read: (name: string) => unknown): TraceCarrier | undefined {
  const traceparent = read('traceparent');
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  const more = ['tracestate', 'baggage'].flatMap((name) => {
    const value = read(name);
    return typeof value === 'string' && value.length <= MAX_LENGTH ? [[name, value]] : [];
  });
  return { traceparent, ...Object.fromEntries(more) };
}

/** The ids for the log: the request's, else those of Lambda's own X-Ray header. */
export function traceContextOf(carrier: TraceCarrier | undefined, xRayTraceId: string): TraceContext {
  const { traceId, spanId } = TRACEPARENT.exec(carrier?.traceparent ?? '')?.groups ?? {};
  if (traceId) return { traceId, spanId };
  return {
    traceId: /Root=([^;]+)/.exec(xRayTraceId)?.[1],
    spanId: /Parent=([0-9a-f]{16})\b/.exec(xRayTraceId)?.[1],
  };
}

/** X-Ray's header of this invocation. The process knows it now, and that of another one later. */
export function xRayTraceIdOf(lambda: LambdaContext): string {
  return lambda.xRayTraceId ?? process.env._X_AMZN_TRACE_ID ?? '';
}
