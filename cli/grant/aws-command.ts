import type { FunctionTarget } from '../../transport/function-target.ts';
import type { Permission } from './permissions.ts';

/** Where the AWS CLI is to look for the function, as far as it was said. */
export interface CommandContext {
  readonly target: FunctionTarget;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** The `aws lambda add-permission` of a statement, for a POSIX shell. */
export function addPermissionCommand(permission: Permission, context: CommandContext): string {
  const { StatementId, Action, Principal, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl } = permission;
  return command('add-permission', context, StatementId, [
    ['--principal', Principal],
    ...(PrincipalOrgID ? [['--principal-org-id', PrincipalOrgID]] : []),
    [
      ['--action', Action],
      FunctionUrlAuthType ? ['--function-url-auth-type', FunctionUrlAuthType] : [],
      InvokedViaFunctionUrl ? ['--invoked-via-function-url'] : [],
    ].flat(),
  ]);
}

/** The `aws lambda remove-permission` of a statement. */
export function removePermissionCommand(statementId: string, context: CommandContext): string {
  return command('remove-permission', context, statementId, []);
}

function command(
  operation: string,
  { target, region, profile }: CommandContext,
  statementId: string,
  lines: readonly string[][],
): string {
  const first = [
    ['aws', 'lambda', operation, '--function-name', target.functionName],
    target.qualifier === undefined ? [] : ['--qualifier', target.qualifier],
    region ? ['--region', region] : [],
    profile ? ['--profile', profile] : [],
    ['--statement-id', statementId],
  ].flat();
  return [first, ...lines].map((words) => words.map(quote).join(' ')).join(' \\\n  ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
