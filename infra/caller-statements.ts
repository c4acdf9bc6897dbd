import * as iam from 'aws-cdk-lib/aws-iam';
import { endpointStatement } from '../wire/aws/endpoint-actions.ts';
import { callerStatementsFor } from '../wire/aws/invoke-permissions.ts';
import type { GrantInvokeOptions } from './grant-invoke.ts';

/**
 * The statements that a caller's own policy needs. `grantInvoke` writes them for a role of the same app; a caller in
 * another account is let in only when both sides allow it, so add these there, next to `grantInvoke` here.
 *
 * ```ts
 * callerStatements(toolsArn).forEach((statement) => agentRole.addToPolicy(statement));
 * ```
 *
 * @param functionArn what the URL belongs to: the function's ARN, or its alias's; `McpFunction` puts it in its `Arn` output. Or the `endpointArn` of an
 *   `McpWebFunction`, or the `runtimeArn` of an `McpAgentRuntime`: one statement each
 */
export function callerStatements(functionArn: string, options: GrantInvokeOptions = {}): iam.PolicyStatement[] {
  const endpoint = endpointStatement(functionArn);
  const statements = endpoint ? [endpoint] : callerStatementsFor(options.via ?? 'url', functionArn);
  return statements.map((statement) => iam.PolicyStatement.fromJson({ Effect: 'Allow', ...statement }));
}
