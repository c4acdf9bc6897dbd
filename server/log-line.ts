import type { CallOutcome, CallRecord } from '../wire/call-record.ts';
import { harmlessJson } from '../wire/harmless-text.ts';
import { LOG_NAMESPACE } from '../wire/log-namespace.ts';
import { environmentMark } from './environment-mark.ts';
import { bounded } from './log-text.ts';

/** Receives one record for each JSON-RPC message, after its answer and before the invocation ends. */
export type CallLogger = (record: CallRecord) => void;

/**
 * Writes a record to the function's log: one line of JSON that CloudWatch also reads as metrics, `duration` and
 * `errors`, for the function and for each of its tools.
 *
 * Written to stdout as it is: the runtime's `console` would wrap it, and both CloudWatch and `audit` look at the top
 * level only.
 *
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
export const writeLogLine: CallLogger = (record) => {
  process.stdout.write(`${harmlessJson(JSON.stringify(toLogLine(record)))}\n`);
};

const HARMLESS: ReadonlySet<CallOutcome> = new Set(['ok', 'input_required', 'unknown']);

/** The line as an object. */
export function toLogLine(record: CallRecord): Record<string, unknown> {
  const tool = bounded(record.tool);
  const byTool = tool !== undefined && isTool(tool, record.outcome);
  return {
    ...record,
    method: bounded(record.method),
    tool,
    protocolVersion: bounded(record.protocolVersion),
    mark: environmentMark,
    errors: HARMLESS.has(record.outcome) ? 0 : 1,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: LOG_NAMESPACE,
          Dimensions: byTool ? [['functionName'], ['functionName', 'tool']] : [['functionName']],
          Metrics: [
            { Name: 'duration', Unit: 'Milliseconds' },
            { Name: 'errors', Unit: 'Count' },
          ],
        },
      ],
    },
  };
}

/** Tools that have answered in this environment. */
const knownTools = new Set<string>();

/**
 * Whether a name is that of a tool. A caller may invent one, and every new dimension value is a metric to be paid for;
 * SDK v1 answers an unknown tool as it does one that failed, so a tool counts once it has succeeded here.
 */
function isTool(name: string, outcome: CallOutcome): boolean {
  if (outcome === 'ok' || outcome === 'input_required') knownTools.add(name);
  return knownTools.has(name) && outcome !== 'error' && outcome !== 'rejected';
}
