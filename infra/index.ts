// Each name here is public API of `lambda-mcp/infra`.

export type { InvokeVia } from '../wire/aws/invoke-permissions.ts';
export { callerStatements } from './caller-statements.ts';
export type { GrantInvokeOptions } from './grant-invoke.ts';
export { McpAgentRuntime, type McpAgentRuntimeJwt, type McpAgentRuntimeProps } from './mcp-agent-runtime.ts';
export { McpAuditTrail, type McpAuditTrailProps } from './mcp-audit-trail.ts';
export { McpAuth, type UserPoolAuthOptions } from './mcp-auth.ts';
export { McpDashboard, type McpDashboardProps } from './mcp-dashboard.ts';
export { McpFunction } from './mcp-function.ts';
export type { McpFunctionProps } from './mcp-function-props.ts';
export { McpRestApi } from './mcp-rest-api.ts';
export type { McpRestApiProps } from './mcp-rest-api-props.ts';
export type { McpStdioProps } from './mcp-stdio-props.ts';
export { McpUserPool, type McpUserPoolProps } from './mcp-user-pool.ts';
export { McpWebFunction, type McpWebFunctionProps } from './mcp-web-function.ts';
