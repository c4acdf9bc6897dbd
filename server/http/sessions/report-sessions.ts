import { LOG_NAMESPACE } from '../../../wire/log-namespace.ts';
import { standInContext } from '../../lambda-context.ts';

/** What a service scales by is read once a minute. */
const PERIOD = 60_000;

/**
 * Writes how many sessions this process has, at once and then each minute, as a line that CloudWatch reads as the metric
 * `openSessions`: its average over a service's tasks is the number of sessions in one.
 *
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 *
 * @returns what ends it
 */
export function reportSessions(count: () => number): () => void {
  const { functionName } = standInContext();
  const report = () => {
    const CloudWatchMetrics = [
      {
        Namespace: LOG_NAMESPACE,
        Dimensions: [['functionName']],
        Metrics: [{ Name: 'openSessions', Unit: 'Count' }],
      },
    ];
    const line = { functionName, openSessions: count(), _aws: { Timestamp: Date.now(), CloudWatchMetrics } };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  report();
  const timer = setInterval(report, PERIOD).unref();
  return () => clearInterval(timer);
}
