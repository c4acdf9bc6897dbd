import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { McpDashboard, type McpDashboardProps, McpFunction } from '../../infra/index.ts';
import { METRICS } from '../../infra/metrics.ts';
import { toLogLine } from '../../server/log-line.ts';

const entry = fileURLToPath(import.meta.url);
// No bundling, and CDK holds each template against CloudFormation's rules.
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };

function synth(options: (stack: Stack) => Partial<McpDashboardProps> = () => ({})) {
  const stack = new Stack(new App({ context: CONTEXT }), 'Stack');
  const tools = new McpFunction(stack, 'Tools', { entry });
  new McpDashboard(stack, 'Dashboard', { functions: [tools], ...options(stack) });
  return { template: Template.fromStack(stack) };
}

describe('McpDashboard', () => {
  it('raises four alarms for each function and sends them to a topic', () => {
    const { template } = synth((stack) => ({ alarmTopic: new sns.Topic(stack, 'OnCall') }));
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => {
      const { AlarmDescription, ...properties } = Properties;
      return properties;
    });
    const common = {
      AlarmActions: [{ Ref: 'OnCall0B2745F4' }],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'ToolsFunctionF68D6A82' } }],
      Namespace: 'AWS/Lambda',
      Period: 300,
      TreatMissingData: 'notBreaching',
    };
    expect(alarms).toEqual([
      { ...common, MetricName: 'Errors', Statistic: 'Sum', Threshold: 1, EvaluationPeriods: 1 },
      { ...common, MetricName: 'Throttles', Statistic: 'Sum', Threshold: 1, EvaluationPeriods: 1 },
      { ...common, MetricName: 'Duration', ExtendedStatistic: 'p99', Threshold: 30_000, EvaluationPeriods: 3 },
      { ...common, MetricName: 'Duration', Statistic: 'Maximum', Threshold: 54_000, EvaluationPeriods: 1 },
    ]);
  });

  it('takes another idea of slow, and can do without alarms', () => {
    const slow = synth(() => ({ slowAfter: Duration.seconds(2) }));
    slow.template.hasResourceProperties('AWS::CloudWatch::Alarm', { ExtendedStatistic: 'p99', Threshold: 2000 });
    const none = synth(() => ({ alarms: false }));
    expect(none.template.findResources('AWS::CloudWatch::Alarm')).toEqual({});
  });

  it('tells functions of the same id apart', () => {
    const app = new App({ context: CONTEXT });
    const functions = ['A', 'B'].map((id) => new McpFunction(new Stack(app, id), 'Tools', { entry }));
    const stack = new Stack(app, 'Watch');
    expect(new McpDashboard(stack, 'Dashboard', { functions }).alarms).toHaveLength(8);
  });

  it('shows each tool by the metrics of the log line', () => {
    const [dashboard] = Object.values(synth().template.findResources('AWS::CloudWatch::Dashboard'));
    const body = dashboard?.Properties.DashboardBody['Fn::Join'][1]
      .map((part: unknown) => (typeof part === 'string' ? part : 'X'))
      .join('');
    const expressions = JSON.parse(body)
      .widgets.flatMap(({ properties }: { properties: { metrics?: { expression?: string }[][] } }) =>
        (properties.metrics ?? []).flat(),
      )
      .flatMap(({ expression }: { expression?: string }) => expression ?? []);
    expect(expressions).toEqual([
      `SEARCH('{LambdaMcp,functionName,tool} functionName="X" MetricName="duration"', 'SampleCount', 300)`,
      `SEARCH('{LambdaMcp,functionName,tool} functionName="X" MetricName="errors"', 'Sum', 300)`,
      `SEARCH('{LambdaMcp,functionName,tool} functionName="X" MetricName="duration"', 'p99', 300)`,
    ]);
  });

  it('reads the names that the server writes', () => {
    const line = toLogLine({
      requestId: 'r',
      method: 'tools/call',
      tool: 'greet',
      caller: 'unverified',
      outcome: 'ok',
      errorCode: undefined,
      status: 200,
      duration: 3,
      bytesIn: 1,
      bytesOut: 2,
      traceId: undefined,
      spanId: undefined,
      tenantId: undefined,
      protocolVersion: undefined,
      functionName: 'tools',
    });
    const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: unknown };
    expect(CloudWatchMetrics).toEqual([
      {
        Namespace: METRICS.namespace,
        Dimensions: [[METRICS.functionName], [METRICS.functionName, METRICS.tool]],
        Metrics: [
          { Name: METRICS.duration, Unit: 'Milliseconds' },
          { Name: METRICS.errors, Unit: 'Count' },
        ],
      },
    ]);
    for (const name of [METRICS.functionName, METRICS.tool, METRICS.duration, METRICS.errors]) {
      expect(line).toHaveProperty(name);
    }
  });
});
