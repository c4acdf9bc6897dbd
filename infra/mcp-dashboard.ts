import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { functionAlarms } from './function-alarms.ts';
import { functionWidgets } from './function-widgets.ts';
import type { McpFunction } from './mcp-function.ts';

/** Options of `McpDashboard`. */
export interface McpDashboardProps {
  /** The functions to watch. */
  readonly functions: readonly McpFunction[];

  /**
   * The dashboard's name.
   *
   * @default - chosen by CloudFormation
   */
  readonly dashboardName?: string;

  /**
   * Whether each function gets four alarms: errors, throttles, slow answers, and answers near the time-out.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Where alarms are sent.
   *
   * @default - nowhere: they show on the dashboard
   */
  readonly alarmTopic?: ITopic;

  /**
   * Answers are slow when, for 15 minutes, one in a hundred takes longer than this.
   *
   * @default - half of the function's time-out
   */
  readonly slowAfter?: Duration;
}

/**
 * A CloudWatch dashboard and alarms for MCP servers, from Lambda's own metrics and from those of the server's log line:
 * calls, errors and duration of each tool.
 *
 * ```ts
 * new McpDashboard(this, 'Dashboard', { functions: [tools], alarmTopic: onCall });
 * ```
 */
export class McpDashboard extends Construct {
  /** CDK's construct, to add widgets of your own. */
  readonly dashboard: cloudwatch.Dashboard;
  /** Four for each function, or none. */
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: McpDashboardProps) {
    super(scope, id);
    this.alarms = props.alarms === false ? [] : props.functions.flatMap((mcp) => functionAlarms(this, mcp, props));
    if (props.alarmTopic) {
      const action = new actions.SnsAction(props.alarmTopic);
      for (const alarm of this.alarms) alarm.addAlarmAction(action);
    }

    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      ...(props.dashboardName !== undefined && { dashboardName: props.dashboardName }),
      defaultInterval: Duration.days(1),
    });
    if (this.alarms.length > 0) {
      this.dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ alarms: [...this.alarms], width: 24 }));
    }
    for (const mcp of props.functions) {
      for (const row of functionWidgets(mcp)) this.dashboard.addWidgets(...row);
    }
  }
}
