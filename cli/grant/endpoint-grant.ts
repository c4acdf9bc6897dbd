import { readArn } from '../../wire/aws/arn.ts';
import { endpointStatement } from '../../wire/aws/endpoint-actions.ts';
import { printJson, styled } from '../output/terminal.ts';
import type { TargetOptions } from '../target-options.ts';
import { UsageError } from '../usage-error.ts';
import { callerPolicyOf } from './caller-policy.ts';
import { readGrantee } from './grantee.ts';
import { warn } from './print-grant.ts';

/**
 * Prints what lets a principal call an endpoint of a Lambda Web Function, or an agent runtime: one action, in the caller's
 * own policy. Undefined for other targets.
 *
 * Source: AWS Lambda Developer Guide, "Lambda Web Functions", access control.
 *
 * @param changes whether a policy is to be changed or listed, which this does not do
 * @returns whether the target is one
 */
export function grantEndpoint(
  target: string,
  principal: string | undefined,
  changes: boolean,
  { json }: TargetOptions,
): boolean {
  const statement = endpointStatement(target);
  if (!statement) return false;
  if (changes) {
    throw new UsageError(
      `--apply, --revoke and --list are for functions. ${target} is opened by the caller's own policy, which this prints ` +
        'without them.',
    );
  }
  if (principal === undefined) throw new UsageError('Whom? Give an ARN, an account or an organization.');
  const { accountId, warnings } = readGrantee(principal);
  const owner = readArn(target)?.accountId;
  const policy = callerPolicyOf([statement]);
  const both = 'The caller is in another account: the resource policy of the server must allow the same to it too.';
  const told = [...warnings, ...(accountId === owner ? [] : [both])];
  for (const warning of told) warn(warning);
  if (json) printJson({ callerPolicy: policy, warnings: told });
  else {
    process.stderr.write(styled('bold', `# The caller's own policy needs this one permission:\n`));
    process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
  }
  return true;
}
