import * as iam from 'aws-cdk-lib/aws-iam';
import type { GrantInvokeOptions } from './grant-invoke.ts';

/**
 * The statements that a caller's own policy needs. `grantInvoke` writes them for a role of the same app; a caller in
 * another account is let in only when both sides allow it, so add these there, next to `grantInvoke` here.
 *
 * ```ts
 * callerStatements(toolsArn).forEach((statement) => agentRole.addToPolicy(statement));
 * ```
 *
 * Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
 *
 * @param functionArn what the URL belongs to: the function's ARN, or its alias's; `McpFunction` puts it in its `Arn` output
 */
export function callerStatements(functionArn: string, options: GrantInvokeOptions = {}): iam.PolicyStatement[] {
  const via = options.via ?? 'url';
  const resources = [functionArn];
  const statements: iam.PolicyStatement[] = [];
  if (via !== 'invoke') {
    statements.push(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunctionUrl'],
        resources,
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      }),
    );
  }
  statements.push(
    new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources,
      ...(via === 'url' && { conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': true } } }),
    }),
  );
  return statements;
}
