/** What one call cost. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Undefined where the system does not tell. */
  readonly peakMb: number | undefined;
  /** For the first call of an environment. */
  readonly initDurationMs?: number | undefined;
  /** `Status: …`, for a call that the environment did not survive. */
  readonly status?: string | undefined;
}

/** Lambda's own line before what the function logs. */
export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

/**
 * Lambda's own lines after what the function logs. The initialisation is billed, since 1 August 2025.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html for `Status`
 */
export function endLines(requestId: string, report: InvocationReport): [end: string, report: string] {
  const { durationMs, initDurationMs, status } = report;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initDurationMs ?? 0))} ms`,
    `Memory Size: ${report.memoryMb} MB`,
  ];
  if (report.peakMb !== undefined) fields.push(`Max Memory Used: ${report.peakMb} MB`);
  if (initDurationMs !== undefined) fields.push(`Init Duration: ${initDurationMs.toFixed(2)} ms`);
  if (status !== undefined) fields.push(status);
  return [`END RequestId: ${requestId}`, fields.join('\t')];
}

/** Lambda's own line for an init phase that failed. */
export function initReportLine(durationMs: number, status: string): string {
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\t${status}`;
}
