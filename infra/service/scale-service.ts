import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { METRICS } from '../metrics.ts';
import type { McpServiceProps } from './mcp-service-props.ts';

const COOLDOWNS = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.seconds(300) };

/** Adds and takes away tasks, by the sessions that are open in one, or else by the requests that one gets. */
export function scaleService(
  service: ecs.FargateService,
  targetGroup: ApplicationTargetGroup,
  name: string,
  { scaling = {}, sessions }: McpServiceProps,
): void {
  const { minTasks = 2, maxTasks = Math.max(10, minTasks), sessionsPerTask = 500, requestsPerTask = 1000 } = scaling;
  const count = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  if (!sessions) {
    count.scaleOnRequestCount('Requests', { targetGroup, requestsPerTarget: requestsPerTask, ...COOLDOWNS });
    return;
  }
  const metric = new Metric({
    namespace: METRICS.namespace,
    metricName: METRICS.openSessions,
    dimensionsMap: { [METRICS.functionName]: name },
    // Each task says its own number once a minute.
    statistic: 'Average',
    period: Duration.minutes(1),
  });
  count.scaleToTrackCustomMetric('Sessions', { metric, targetValue: sessionsPerTask, ...COOLDOWNS });
}
