import { readFunctionTarget } from '../transport/function-target.ts';
import { readFunctionName } from '../wire/aws/function-name.ts';
import type { InvokeVia } from '../wire/aws/invoke-permissions.ts';
import { partitionOf } from '../wire/aws/partitions.ts';
import { ExitCode } from './exit-code.ts';
import { accountOf, canonical, listAccess } from './grant/access-list.ts';
import { addPermissionCommand, type CommandContext, removePermissionCommand } from './grant/aws-command.ts';
import { callerPolicy, callerPolicyReason } from './grant/caller-policy.ts';
import { addPermissions, type Change, findRemovals, type Removal, removeStatements } from './grant/change-policy.ts';
import { grantEndpoint } from './grant/endpoint-grant.ts';
import { type Grantee, readGrantee } from './grant/grantee.ts';
import { permissionsFor } from './grant/permissions.ts';
import { openPolicyApi, type PolicyApi } from './grant/policy-api.ts';
import { describeAccess, describeChange, warn } from './grant/print-grant.ts';
import { readStatement } from './grant/statement.ts';
import { printJson, styled } from './output/terminal.ts';
import { readArguments, SHARED_HELP, type TargetOptions } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp grant FUNCTION PRINCIPAL [options]
       lambda-mcp grant FUNCTION --list

Lets a principal call a function, or with --revoke no longer: prints the AWS CLI commands, or with --apply runs them. FUNCTION is a name or an ARN.
PRINCIPAL is the ARN of a role or user, an account (12 digits), or an organization (o-…).

For the ARN of a Web Function’s endpoint or of an agent runtime: prints the policy that the caller needs.

Options:
  --via url|invoke|both  the way in (default: url; with --revoke: both)
                           url     the function URL, and not the Invoke API; the server is told who calls
                           invoke  the Invoke API: the server is not told who calls
  --revoke           the principal's statements are to go, whoever wrote them
  --apply            change the policy now; what is there already is left alone
  --list             who is let in, and how
${SHARED_HELP}`;

const OWN = {
  via: { type: 'string' },
  apply: { type: 'boolean' },
  revoke: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

/** `lambda-mcp grant` */
export async function grant(args: string[]): Promise<ExitCode> {
  const read = readArguments('grant', HELP, args, OWN);
  if (!read) return ExitCode.ok;
  const { options, values, positionals } = read;
  const [functionName, principal, extra] = positionals;
  if (!functionName) throw new UsageError('Which function? See: lambda-mcp grant --help');
  if (functionName.includes('://')) {
    throw new UsageError('A URL does not tell which function it belongs to. Give the function’s name or ARN.');
  }
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'. See: lambda-mcp grant --help`);
  if (values.list && (values.apply || values.revoke))
    throw new UsageError('--list changes nothing: leave the others out.');
  const changes = Boolean(values.apply || values.revoke || values.list);
  if (grantEndpoint(functionName, principal, changes, options)) return ExitCode.ok;
  const context = commandContext(functionName, options);
  if (values.list) {
    if (principal !== undefined) throw new UsageError('--list takes no principal: it lists them all.');
    await list(context, options);
    return ExitCode.ok;
  }
  if (!principal) throw new UsageError('Whom? Give an ARN, an account or an organization, or --list.');
  const grantee = readGrantee(principal);
  const { partition = grantee.partition } = context.target;
  if (grantee.partition !== undefined && grantee.partition !== partition) {
    throw new UsageError(`${principal} is in the partition ${grantee.partition}, and the function in ${partition}.`);
  }
  const via = readVia(values.via) ?? (values.revoke ? 'both' : 'url');
  if (values.revoke) return revoke(context, grantee, via, values.apply ?? false, options);
  if (values.apply) await apply(context, grantee, via, options);
  else print(context, grantee, via, options);
  return ExitCode.ok;
}

function commandContext(functionName: string, options: TargetOptions): CommandContext {
  const target = readFunctionTarget(functionName);
  const qualifier = options.qualifier ?? target.qualifier;
  return { target: { ...target, qualifier }, region: options.region ?? target.region, profile: options.profile };
}

function readVia(text: string | undefined): InvokeVia | undefined {
  if (text === undefined || text === 'url' || text === 'invoke' || text === 'both') return text;
  throw new UsageError(`--via takes url, invoke or both, not ${JSON.stringify(text)}.`);
}

function print(context: CommandContext, grantee: Grantee, via: InvokeVia, { json }: TargetOptions): void {
  const permissions = permissionsFor(grantee, via);
  const commands = permissions.map((permission) => addPermissionCommand(permission, context));
  const undo = permissions.map(({ StatementId }) => removePermissionCommand(StatementId, context));
  const side = callerSide(context, grantee, via, undefined);
  const { warnings } = grantee;
  if (json) printJson({ commands, undo, callerPolicy: side?.policy ?? null, warnings });
  else {
    say(`${commands.join('\n\n')}\n`, warnings);
    // Not on standard output, which can be piped into a shell.
    process.stderr.write(side?.text ?? '');
  }
}

async function apply(context: CommandContext, grantee: Grantee, via: InvokeVia, options: TargetOptions): Promise<void> {
  if (grantee.kind === 'everyone') {
    throw new UsageError(`${grantee.warnings[0]} If you mean it, run the commands that this prints without --apply.`);
  }
  await using api = await openPolicyApi(context.target, options);
  const change = await addPermissions(api, grantee, permissionsFor(grantee, via));
  const side = callerSide(context, grantee, via, change.functionArn);
  const { warnings } = grantee;
  if (options.json) printJson({ changes: change.changes, callerPolicy: side?.policy ?? null, warnings });
  else say(`${describeChange(change.changes)}${side?.text ?? ''}`, warnings);
}

async function revoke(
  context: CommandContext,
  grantee: Grantee,
  via: InvokeVia,
  apply: boolean,
  options: TargetOptions,
): Promise<ExitCode> {
  await using api = await openPolicyApi(context.target, options);
  const removals = await findRemovals(api, grantee, via, permissionsFor(grantee, via));
  if (!apply) return printRemovals(context, removals, options);
  const changes = await removeStatements(api, removals);
  const left = await leftOpen(api, grantee, via, changes);
  const failed = changes.some(({ result }) => result === 'left');
  if (options.json) printJson({ changes, warnings: left });
  else say(describeChange(changes) || NOTHING_TO_REMOVE, left);
  return failed ? ExitCode.failed : ExitCode.ok;
}

const NOTHING_TO_REMOVE = 'There was nothing to remove.\n';

function printRemovals(context: CommandContext, removals: readonly Removal[], { json }: TargetOptions): ExitCode {
  const going = removals.filter(({ note }) => note === undefined);
  const commands = going.map(({ statementId }) => removePermissionCommand(statementId, context));
  const staying = removals.flatMap(({ statementId, note }) =>
    note === undefined ? [] : [`${statementId} stays: ${note}.`],
  );
  const warnings = removals.some(({ isGuessed }) => isGuessed)
    ? [
        'You may not read the policy (lambda:GetPolicy): these are the ids that grant gives, whether or not they are there.',
      ]
    : staying;
  if (json) printJson({ commands, warnings });
  else {
    say(commands.length > 0 ? `${commands.join('\n\n')}\n` : '', warnings);
    process.stderr.write(removals.length === 0 ? NOTHING_TO_REMOVE : '');
  }
  return staying.length > 0 ? ExitCode.failed : ExitCode.ok;
}

/** What still lets the principal in, or no longer does and was not asked for. */
async function leftOpen(
  api: PolicyApi,
  grantee: Grantee,
  via: InvokeVia,
  changes: readonly Change[],
): Promise<string[]> {
  const { principal, organizationId } = grantee;
  const statements = await api.statements().catch(() => []);
  const wanted = organizationId ?? principal;
  const entries = listAccess(statements.flatMap(readStatement), undefined).filter(({ effect }) => effect === 'allow');
  const own = entries.find((entry) => canonical(entry.principal) === canonical(wanted));
  const wider = entries.filter(({ kind, principal: other }) => {
    if (canonical(other) === canonical(wanted)) return false;
    return kind === 'everyone' || (kind === 'account' && canonical(other) === accountOf(wanted));
  });
  return [
    ...(changes.length > 0 && own?.missing
      ? [`${own.missing} is missing now: the function URL is closed to ${wanted}.`]
      : []),
    ...(own && ((via !== 'invoke' && own.url === 'open') || (via !== 'url' && own.invoke))
      ? [`Statements ${own.statements.join(', ')} still let it in.`]
      : []),
    ...wider.map(
      (entry) => `Statements ${entry.statements.join(', ')} may still let it in: they name ${entry.principal}.`,
    ),
  ];
}

async function list(context: CommandContext, options: TargetOptions): Promise<void> {
  await using api = await openPolicyApi(context.target, options);
  const statements = await api.statements();
  const url = await api.urlConfig().catch(() => 'unknown' as const);
  const resource = statements.map(({ Resource }) => Resource).find((each) => typeof each === 'string');
  const functionAccount = readFunctionName(String(resource))?.accountId ?? context.target.accountId;
  const entries = listAccess(statements.flatMap(readStatement), functionAccount);
  const policyBytes = policySize(statements);
  if (options.json)
    printJson({ functionUrl: url ?? null, policyBytes, policyBytesLeft: MAX_POLICY - policyBytes, entries });
  else {
    const size = `Policy: ${policyBytes} of ${MAX_POLICY} bytes, ${MAX_POLICY - policyBytes} left\n`;
    say(`${describeAccess(context.target.functionName, entries, url)}${size}`, []);
  }
}

/** Bytes. Source: AWS Lambda Developer Guide, "Lambda quotas": resource-based policy, 20 KB. */
const MAX_POLICY = 20_480;

/** Bytes of the policy as Lambda writes it; 0 when there is none. */
function policySize(Statement: readonly unknown[]): number {
  if (Statement.length === 0) return 0;
  return Buffer.byteLength(JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }));
}

/** What the caller's side has to do, where the function's policy is not enough. */
function callerSide(
  { target, region }: CommandContext,
  grantee: Grantee,
  via: InvokeVia,
  functionArn: string | undefined,
) {
  const { name, qualifier, accountId, region: place = region } = target;
  const reason = callerPolicyReason(grantee, readFunctionName(functionArn ?? '')?.accountId ?? accountId);
  if (reason === undefined) return undefined;
  const partition = target.partition ?? (place === undefined ? grantee.partition : partitionOf(place).id) ?? 'aws';
  const written = `arn:${partition}:lambda:${place ?? 'REGION'}:${accountId ?? 'ACCOUNT'}:function:${name}`;
  const policy = callerPolicy(via, functionArn ?? (qualifier ? `${written}:${qualifier}` : written));
  const known = functionArn !== undefined || (place !== undefined && accountId !== undefined);
  if (!known && grantee.accountId !== undefined && grantee.kind !== 'account') {
    return { policy, text: `\n${reason}: give the function’s ARN, and it is printed here.\n` };
  }
  return { policy, text: `\n${styled('bold', `# ${reason}:`)}\n${JSON.stringify(policy, null, 2)}\n` };
}

function say(text: string, warnings: readonly string[]): void {
  for (const warning of warnings) warn(warning);
  process.stdout.write(text);
}
