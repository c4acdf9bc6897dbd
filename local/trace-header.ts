import { randomBytes } from 'node:crypto';

/**
 * A new X-Ray trace, not sampled, as it travels in `x-amzn-trace-id` and `_X_AMZN_TRACE_ID`.
 *
 * Source: AWS X-Ray Developer Guide, "Tracing header".
 */
export function newTraceHeader(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
