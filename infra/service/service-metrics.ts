import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { METRICS } from '../metrics.ts';
import type { McpServiceProps } from './mcp-service-props.ts';

/** JSON that other loggers write: the level by name, or by pino's number. The server's own line has metrics in it. */
const levelIs = (names: readonly string[], least: number, below?: number) =>
  logs.FilterPattern.literal(
    `{ ($._aws NOT EXISTS) && (${[
      ...names.flatMap((name) => [`($.level = "${name}")`, `($.level = "${name.toUpperCase()}")`]),
      below === undefined ? `($.level >= ${least})` : `(($.level >= ${least}) && ($.level < ${below}))`,
    ].join(' || ')}) }`,
  );

const LEVELS: Readonly<Record<string, logs.IFilterPattern>> = {
  loggedErrors: levelIs(['error', 'fatal', 'critical'], 50),
  loggedWarnings: levelIs(['warn', 'warning'], 40, 50),
};

/**
 * Counts JSON lines of the log that are not the server's own, as metrics of the namespace `LambdaMcp/NAME`.
 *
 * Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters".
 */
export function countLogLines(
  scope: Construct,
  logGroup: logs.LogGroup,
  service: string,
  filters: McpServiceProps['metricFilters'],
): void {
  for (const [metricName, filterPattern] of Object.entries({ ...LEVELS, ...filters })) {
    new logs.MetricFilter(scope, `Count-${metricName}`, {
      logGroup,
      metricNamespace: `${METRICS.namespace}/${service}`,
      metricName,
      metricValue: '1',
      filterPattern,
    });
  }
}

/** Rings when the tasks' memory has been short for ten minutes. */
export function memoryAlarm(scope: Construct, service: ecs.FargateService, props: McpServiceProps): cloudwatch.Alarm {
  const threshold = props.memoryAlarm ?? 85;
  const alarm = new cloudwatch.Alarm(scope, 'Memory', {
    metric: service.metricMemoryUtilization({ statistic: 'Maximum', period: Duration.minutes(5) }),
    threshold,
    evaluationPeriods: 2,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Tasks that report nothing have ended, or hang.
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    alarmDescription: `${scope.node.path}: a task used ${threshold} % of its memory for 10 minutes. Raise memory, or look for a leak.`,
  });
  if (props.alarmTopic) alarm.addAlarmAction(new SnsAction(props.alarmTopic));
  return alarm;
}
