/**
 * Names of the metrics that the function's log line embeds: the server writes them, the dashboard reads them, and a
 * test holds the two together. Calls are counted as samples of the duration: one metric less to pay for.
 *
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
export const METRICS = {
  namespace: 'LambdaMcp',
  /** Dimension: the function's name. */
  functionName: 'functionName',
  /** Dimension: the tool's name, next to the function's. */
  tool: 'tool',
  /** Milliseconds from request to answer. */
  duration: 'duration',
  /** 1 for a message that ended in an error of any kind, else 0. */
  errors: 'errors',
  /** Sessions of one task, each minute. */
  openSessions: 'openSessions',
} as const;
