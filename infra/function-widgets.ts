import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { McpFunction } from './mcp-function.ts';
import { METRICS } from './metrics.ts';

const PERIOD = Duration.minutes(5);

/** Two rows for a function: as Lambda sees it, and by tool. */
export function functionWidgets(mcp: McpFunction): cloudwatch.IWidget[][] {
  const fn = mcp.function;
  const name = mcp.node.path;
  const sum = (metric: string, label: string) => fn.metric(metric, { statistic: 'Sum', period: PERIOD, label });
  const duration = (statistic: string) => fn.metricDuration({ statistic, period: PERIOD, label: statistic });

  return [
    [
      graph(`${name}: requests`, [
        sum('UrlRequestCount', 'URL requests'),
        sum('Url4xxCount', 'URL 4xx'),
        sum('Url5xxCount', 'URL 5xx'),
        sum('Invocations', 'invocations'),
      ]),
      graph(`${name}: errors and throttles`, [
        sum('Errors', 'crashes and time-outs'),
        sum('Throttles', 'throttles'),
        // Unlike Lambda's, these count what the server answered properly: a tool's own failures and refusals.
        serverMetric(mcp, METRICS.errors, 'Sum', 'MCP errors'),
      ]),
      graph(`${name}: duration`, [duration('p50'), duration('p99'), duration('Maximum')]),
    ],
    [
      graph(`${name}: calls by tool`, [byTool(mcp, METRICS.duration, 'SampleCount')]),
      graph(`${name}: errors by tool`, [byTool(mcp, METRICS.errors, 'Sum')]),
      graph(`${name}: p99 duration by tool (ms)`, [byTool(mcp, METRICS.duration, 'p99')]),
    ],
  ];
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}

function serverMetric(mcp: McpFunction, metricName: string, statistic: string, label: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.functionName]: mcp.function.functionName },
    statistic,
    period: PERIOD,
    label,
  });
}

/** One line for each tool. Tools are not known when the stack is made, so CloudWatch looks them up. */
function byTool(mcp: McpFunction, metricName: string, statistic: string): cloudwatch.MathExpression {
  const dimensions = `${METRICS.namespace},${METRICS.functionName},${METRICS.tool}`;
  const filter = `${METRICS.functionName}="${mcp.function.functionName}" MetricName="${metricName}"`;
  return new cloudwatch.MathExpression({
    expression: `SEARCH('{${dimensions}} ${filter}', '${statistic}', ${PERIOD.toSeconds()})`,
    period: PERIOD,
    // CloudWatch then labels each line with the tool's name.
    label: `\${PROP('Dim.${METRICS.tool}')}`,
  });
}
