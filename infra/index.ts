/**
 * CDK constructs: a server behind a function URL or a REST API, its audit trail, its dashboard, and a user pool for people.
 *
 * @see docs/deploy.md
 * @module
 */

export type { InvokeVia } from '../wire/aws/invoke-permissions.ts';
export type { GatewaySchema, GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
export { callerStatements } from './caller-statements.ts';
export { McpEdge } from './edge/mcp-edge.ts';
export type { McpEdgeProps } from './edge/mcp-edge-props.ts';
export { McpExpressService } from './express/mcp-express-service.ts';
export type { McpExpressServiceProps } from './express/mcp-express-service-props.ts';
export type { AddToGatewayOptions } from './gateway/add-to-gateway.ts';
export type { GrantInvokeOptions } from './grant-invoke.ts';
export { McpAgentRuntime, type McpAgentRuntimeJwt, type McpAgentRuntimeProps } from './mcp-agent-runtime.ts';
export { McpAuditTrail, type McpAuditTrailProps } from './mcp-audit-trail.ts';
export { McpAuth, type UserPoolAuthOptions } from './mcp-auth.ts';
export { McpDashboard, type McpDashboardProps } from './mcp-dashboard.ts';
export { McpFunction } from './mcp-function.ts';
export type { McpFunctionProps } from './mcp-function-props.ts';
export { McpGatewayTarget, type McpGatewayTargetProps } from './mcp-gateway-target.ts';
export { McpRestApi } from './mcp-rest-api.ts';
export type { McpRestApiProps } from './mcp-rest-api-props.ts';
export type { McpStdioProps } from './mcp-stdio-props.ts';
export { McpUserPool, type McpUserPoolProps } from './mcp-user-pool.ts';
export { McpWebFunction, type McpWebFunctionProps } from './mcp-web-function.ts';
export { McpService } from './service/mcp-service.ts';
export type { McpServiceProps } from './service/mcp-service-props.ts';
