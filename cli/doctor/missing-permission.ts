import { readFunctionTarget } from '../../transport/function-target.ts';
import { isAccountId } from '../../wire/aws/arn.ts';
import { readAssumedRole } from '../../wire/aws/assumed-role.ts';
import { ExitCode } from '../exit-code.ts';
import { type AccessEntry, accountOf, canonical, listAccess } from '../grant/access-list.ts';
import { openPolicyApi } from '../grant/policy-api.ts';
import { readStatement } from '../grant/statement.ts';
import type { TargetOptions } from '../target-options.ts';
import { type Finding, fail } from './finding.ts';

const BOTH =
  'Refused: a permission is missing. A caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction.';

/**
 * Which of the two permissions that a function URL asks for is missing: from the function's policy, where its name is
 * known and the policy may be read.
 */
export async function missingPermission(
  functionName: string | undefined,
  callerArn: string | undefined,
  options: TargetOptions,
): Promise<Finding> {
  const grant = `lambda-mcp grant ${functionName ?? 'FUNCTION'} ${principalOf(callerArn) ?? 'YOUR_ARN'} --apply`;
  const ask = `Its owner lets you in with: ${grant}`;
  if (functionName === undefined) {
    const advice = `${ask}. To have the policy read, give --function NAME: the URL does not tell which function it is.`;
    return refused(BOTH, advice);
  }
  const entries = await readEntries(functionName, options);
  if (!entries) return refused(`${BOTH} You may not read the function’s policy, which tells which.`, ask);
  const judged = callerArn === undefined ? halfGrants(entries) : judge(entries, callerArn);
  return refused(judged.detail, judged.granted ? NARROWED : ask);
}

const NARROWED =
  'Something else says no: an explicit deny, your own session or boundary policy, an organization’s policy, or, from ' +
  'another account, the want of an identity policy on your side.';

async function readEntries(functionName: string, options: TargetOptions): Promise<AccessEntry[] | undefined> {
  await using api = await openPolicyApi(readFunctionTarget(functionName), options);
  try {
    return listAccess((await api.statements()).flatMap(readStatement), undefined);
  } catch {
    return undefined;
  }
}

interface Judgement {
  readonly detail: string;
  /** Whether the policy lets the caller in as far as it can. */
  readonly granted: boolean;
}

function judge(entries: readonly AccessEntry[], callerArn: string): Judgement {
  const mine = entries.filter(({ principal }) => covers(principal, callerArn));
  const denied = mine.find(({ effect, url, invoke }) => effect === 'deny' && (url !== 'closed' || invoke));
  if (denied) {
    const detail = `Refused: statement ${denied.statements.join(', ')} denies it to ${denied.principal}.`;
    return { detail, granted: true };
  }
  const allowed = mine.filter(({ effect }) => effect === 'allow');
  const open = allowed.find(({ url }) => url === 'open');
  if (open) {
    const detail = `Refused, although the function’s policy grants both actions to ${open.principal}.`;
    return { detail, granted: true };
  }
  const half = allowed.find(({ missing }) => missing !== undefined);
  if (half) return { detail: `Refused: ${half.missing} is missing. ${haveHalf(half)}`, granted: false };
  return {
    detail: `Refused: the function’s policy has nothing for ${callerArn}; both actions are missing.`,
    granted: false,
  };
}

function halfGrants(entries: readonly AccessEntry[]): Judgement {
  const halves = entries.filter(({ missing }) => missing !== undefined);
  if (halves.length === 0) return { detail: `${BOTH} The function’s policy holds no half grant.`, granted: false };
  const list = halves.map((half) => `${half.principal} lacks ${half.missing}`).join('; ');
  return { detail: `${BOTH} In the function’s policy ${list}.`, granted: false };
}

function haveHalf({ statements, principal }: AccessEntry): string {
  return `${principal} has only the other, by statement ${statements.join(', ')}.`;
}

/** Of an endpoint that asks for one action. Its policies are not read. */
export function actionRefused(action: string, callerArn: string | undefined, message: string): Finding {
  return refused(
    `Refused: the permission ${action} is missing. ${message}`,
    `Its owner lets you in with the construct’s grantInvoke(), or with a policy that allows ${action} to ${principalOf(callerArn) ?? 'you'}. ` +
      'From another account both sides must allow it.',
  );
}

/** The Invoke API names the action and the caller itself. */
export function invokeRefused(target: string, message: string): Finding {
  const caller = /User: (\S+)/.exec(message)?.[1];
  const advice = `Its owner lets you in with: lambda-mcp grant ${target} ${principalOf(caller) ?? 'YOUR_ARN'} --via invoke --apply`;
  return refused(message, advice);
}

/** Whether a policy's principal means this caller. A role's path does not show in its session's ARN. */
function covers(principal: string, callerArn: string): boolean {
  if (principal === '*' || principal === callerArn) return true;
  if (isAccountId(canonical(principal))) return canonical(principal) === accountOf(callerArn);
  const role = readAssumedRole(callerArn)?.roleName;
  const isRole = role !== undefined && /:role\//.test(principal) && principal.endsWith(`/${role}`);
  return isRole && accountOf(principal) === accountOf(callerArn);
}

/** What to grant to let this caller in: a session's role, as far as its ARN shows it. */
function principalOf(callerArn: string | undefined): string | undefined {
  return readAssumedRole(callerArn ?? '')?.roleArn ?? callerArn;
}

function refused(detail: string, advice: string): Finding {
  return fail('signed request', detail, advice, ExitCode.refused);
}
