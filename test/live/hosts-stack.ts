import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { McpAgentRuntime, McpWebFunction } from 'lambda-mcp/infra';

/** What the stack tells the suite, as JSON in its one output `Hosts`. */
export interface HostsOutput {
  readonly region: string;
  readonly runtimeArn: string;
  readonly webFunctionUrl: string;
  /** ARN of a role that may do nothing. */
  readonly nobody: string;
}

/** A server on each host but the function URL. Whoever runs the suite calls it, so has to be allowed to. */
export function hostsStack(app: App): Stack {
  const stack = new Stack(app, 'LambdaMcpLiveHosts', {
    description: 'For lambda-mcp’s live tests: delete it afterwards',
  });
  const entry = 'test/live/host-server.ts';
  const runtime = new McpAgentRuntime(stack, 'Runtime', { entry });
  const webFunction = new McpWebFunction(stack, 'WebFunction', { entry });
  const nobody = new iam.Role(stack, 'Nobody', { assumedBy: new iam.AccountRootPrincipal() });
  const output: HostsOutput = {
    region: stack.region,
    runtimeArn: runtime.runtimeArn,
    webFunctionUrl: webFunction.url,
    nobody: nobody.roleArn,
  };
  new CfnOutput(stack, 'Hosts', { value: stack.toJsonString(output) });
  return stack;
}
