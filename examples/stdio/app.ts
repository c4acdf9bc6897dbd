import { App, Stack } from 'aws-cdk-lib';
import { McpFunction } from 'lambda-mcp/infra';

const stack = new Stack(new App(), 'LambdaMcpStdio');
new McpFunction(stack, 'Everything', {
  stdio: { package: '@modelcontextprotocol/server-everything' },
  memorySize: 1024,
});
