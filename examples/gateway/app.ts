import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import * as iam from 'aws-cdk-lib/aws-iam';
import { McpFunction, McpGatewayTarget } from 'lambda-mcp/infra';

const stack = new Stack(new App(), 'LambdaMcpGateway');
const file = (name: string) => `${import.meta.dirname}/${name}`;

// Its name is in the server's settings, so that neither of the two has to be there before the other.
const roleName = `${stack.stackName}-role`;
const role = new iam.Role(stack, 'GatewayRole', {
  roleName,
  assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  }),
});
const gateway = new agentcore.Gateway(stack, 'Gateway', {
  role,
  authorizerConfiguration: agentcore.GatewayAuthorizer.usingAwsIam(),
});

const tools = new McpFunction(stack, 'Tools', {
  entry: file('server.ts'),
  environment: { GATEWAY_ROLE: `arn:aws:iam::*:role/${roleName}` },
});
tools.addToGateway(gateway, { name: 'mcp', allowedRequestHeaders: ['x-end-user'] });
new McpGatewayTarget(stack, 'Plain', { gateway, name: 'plain', entry: file('target.ts') });

new CfnOutput(stack, 'GatewayUrl', { value: gateway.gatewayUrl ?? '' });
