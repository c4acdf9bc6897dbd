import { type Duration, Names } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { McpFunction } from './mcp-function.ts';

/** Share of the time-out from which on an answer counts as near it. */
const NEAR_TIMEOUT = 0.9;

/** Four alarms over Lambda's own metrics. Each description says what to do. */
export function functionAlarms(scope: Construct, mcp: McpFunction, options: { slowAfter?: Duration }): Alarm[] {
  const fn = mcp.function;
  // Lambda's own time-out where CDK was given none.
  const timeout = fn.timeout?.toMilliseconds() ?? 3000;
  const slow = options.slowAfter?.toMilliseconds() ?? timeout / 2;
  const near = timeout * NEAR_TIMEOUT;

  const alarm = (id: string, metric: IMetric, threshold: number, periods: number, description: string) =>
    new Alarm(scope, `${Names.nodeUniqueId(mcp.node)}${id}`, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nobody calling is no fault.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${mcp.node.path}: ${description}`,
    });

  return [
    alarm('Errors', fn.metricErrors(), 1, 1, 'an invocation crashed or timed out. Look for it in the log.'),
    alarm(
      'Throttles',
      fn.metricThrottles(),
      1,
      1,
      'calls were turned away. Raise the reserved concurrency or the quota.',
    ),
    alarm(
      'Slow',
      fn.metricDuration({ statistic: 'p99' }),
      slow,
      3,
      `1 in 100 answers took ${slow} ms or more for 15 minutes. Look at the duration by tool.`,
    ),
    alarm(
      'NearTimeout',
      fn.metricDuration({ statistic: 'Maximum' }),
      near,
      1,
      `an answer took ${near} ms or more of ${timeout} ms. Raise the time-out or split the tool's work.`,
    ),
  ];
}
