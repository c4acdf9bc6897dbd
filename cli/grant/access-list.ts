import { isAccountId, readArn } from '../../wire/aws/arn.ts';
import type { StatementReading } from './statement.ts';

/** What the policy's statements together open to one principal. */
export interface AccessEntry {
  readonly principal: string;
  readonly kind: StatementReading['kind'];
  readonly effect: 'allow' | 'deny';
  /** `half`: one of the two actions that the URL asks for is missing, and the URL stays closed. */
  readonly url: 'open' | 'half' | 'closed';
  /** The action without which the URL stays closed. */
  readonly missing: 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction' | undefined;
  readonly invoke: boolean;
  readonly statements: readonly string[];
  /** What to beware of. */
  readonly notes: readonly string[];
}

/**
 * Who is let in and how, one entry for each principal and effect. What is granted to a principal's account, or to
 * everyone, counts for the principal too.
 *
 * @param functionAccount 12 digits; undefined when unknown
 */
export function listAccess(readings: readonly StatementReading[], functionAccount: string | undefined): AccessEntry[] {
  const groups = Map.groupBy(readings, ({ principal, deny }) => `${deny}|${canonical(principal)}`);
  return [...groups.values()].map((own) => {
    const [{ principal, kind, deny }] = own as [StatementReading];
    const inherited = deny
      ? []
      : readings.filter((each) => !own.includes(each) && !each.deny && includes(each, principal));
    const withInherited = [...own, ...inherited];
    const url = withInherited.some((each) => each.url);
    const through = withInherited.some((each) => each.invokeViaUrl);
    const meantForUrl = own.some((each) => each.url) || own.some((each) => each.invokeViaUrl && !each.invoke);
    const missing =
      !meantForUrl || (url && through) ? undefined : url ? 'lambda:InvokeFunction' : 'lambda:InvokeFunctionUrl';
    const completed = missing === undefined && !(own.some((e) => e.url) && own.some((e) => e.invokeViaUrl));
    return {
      principal,
      kind,
      effect: deny ? 'deny' : 'allow',
      url: url && through ? 'open' : missing === undefined ? 'closed' : 'half',
      missing: deny ? undefined : missing,
      invoke: withInherited.some((each) => each.invoke),
      statements: own.map(({ sid }) => sid),
      notes: [
        ...(completed && url && through ? [`completed by ${inherited.map(({ sid }) => sid).join(', ')}`] : []),
        ...notesOn(own, functionAccount),
      ],
    };
  });
}

/** Lambda writes an account as its root's ARN, and takes it as 12 digits. */
export function canonical(principal: string): string {
  const { service, accountId, resource } = readArn(principal) ?? {};
  return service === 'iam' && resource === 'root' && accountId ? accountId : principal;
}

/** 12 digits, or undefined for principals that belong to no one account. */
export function accountOf(principal: string): string | undefined {
  return isAccountId(principal) ? principal : readArn(principal)?.accountId || undefined;
}

function includes(reading: StatementReading, principal: string): boolean {
  if (reading.conditions.length > 0 || accountOf(principal) === undefined) return false;
  if (reading.kind === 'everyone') return true;
  return reading.kind === 'account' && canonical(reading.principal) === accountOf(principal);
}

function notesOn(own: readonly StatementReading[], functionAccount: string | undefined): string[] {
  const [{ principal, kind, deny }] = own as [StatementReading];
  const account = accountOf(principal);
  const others = own.flatMap(({ otherActions }) => otherActions);
  return [
    ...(deny ? ['an explicit deny wins over every allow'] : []),
    ...(kind === 'everyone' && !deny ? everyoneNotes(own) : []),
    ...(kind === 'deleted' ? ['its role or user was deleted: it lets in nobody, and can be removed'] : []),
    ...(kind === 'service' ? ['an AWS service, which calls for itself'] : []),
    ...(kind === 'service' && !deny && own.some((each) => each.invoke && !isConfined(each))
      ? ['CONFUSED DEPUTY: the service calls for any account that asks it to; add aws:SourceAccount or aws:SourceArn']
      : []),
    ...(kind === 'organization' ? ['each caller’s own policy must allow it too'] : []),
    ...(kind === 'account' ? ['leaves it to that account’s own policies'] : []),
    ...(account && functionAccount && account !== functionAccount && kind !== 'account'
      ? [`in another account (${account}): its own policy must allow it too`]
      : []),
    ...(others.length > 0 ? [`the actions are ${others.join(', ')}`] : []),
    ...own.flatMap(({ conditions }) => conditions.map((condition) => `only if ${condition}`)),
  ];
}

/**
 * Whether a condition says for whom a service may call. One that only excludes, or holds where the key is absent, does
 * not; nor does a bare `*`.
 *
 * Source: AWS IAM User Guide, "The confused deputy problem".
 */
function isConfined({ conditions }: StatementReading): boolean {
  return conditions.some(
    (text) =>
      /^aws:Source(?:Arn|Account|OrgID|OrgPaths) (?:ForAnyValue:)?(?:String|Arn)(?:Equals|Like)(?:IgnoreCase)? /i.test(
        text,
      ) && !text.split(/ (?:or )?/).includes('*'),
  );
}

function everyoneNotes(own: readonly StatementReading[]): string[] {
  const open = own.filter(({ conditions }) => conditions.length === 0);
  return [
    ...(open.some(({ unsigned }) => unsigned) ? ['UNSIGNED requests too, if the URL’s auth type is NONE'] : []),
    ...(open.some(({ url, invokeViaUrl, invoke }) => url || invokeViaUrl || invoke) ? ['EVERY AWS account'] : []),
  ];
}
