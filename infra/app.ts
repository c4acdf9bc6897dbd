import { App, Stack } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { McpAuditTrail, McpDashboard, McpFunction } from 'lambda-mcp/infra';

// `cdk deploy -c caller=arn:aws:iam::111122223333:role/agent` lets that role in, by the URL and by the Invoke API.
const app = new App();
const stack = new Stack(app, 'LambdaMcpQuickstart', { description: 'An MCP server behind IAM, by lambda-mcp' });

const tools = new McpFunction(stack, 'Tools', { entry: 'examples/quickstart/server.ts' });
const caller: unknown = app.node.tryGetContext('caller');
if (typeof caller === 'string') tools.grantInvoke(new ArnPrincipal(caller), { via: 'both' });

new McpDashboard(stack, 'Dashboard', { functions: [tools] });
new McpAuditTrail(stack, 'Audit', { functions: [tools] });
