import { isUniqueId } from '../../local/iam/aws-principal.ts';
import { isAccountId, readArn } from '../../wire/aws/arn.ts';
import { asRecord } from '../../wire/json.ts';
import { matchesWildcard } from '../../wire/wildcard.ts';

/** A statement of a resource policy, whoever wrote it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** What a statement says of one principal. */
export interface StatementReading {
  readonly sid: string;
  /** An ARN, `o-…`, `*`, a service, or whatever the policy names. */
  readonly principal: string;
  readonly kind:
    | 'account'
    | 'organization'
    | 'role'
    | 'user'
    | 'session'
    | 'everyone'
    | 'service'
    | 'deleted'
    | 'other';
  readonly deny: boolean;
  /** `lambda:InvokeFunctionUrl` for signed requests: half of what the URL asks for. */
  readonly url: boolean;
  /** `lambda:InvokeFunctionUrl` for requests that nobody signed, to a URL of auth type NONE. */
  readonly unsigned: boolean;
  /** `lambda:InvokeFunction` through the URL: the other half. */
  readonly invokeViaUrl: boolean;
  /** `lambda:InvokeFunction` through the Invoke API. */
  readonly invoke: boolean;
  /** Actions beside these two. */
  readonly otherActions: readonly string[];
  /** Conditions that narrow it in ways not weighed here. */
  readonly conditions: readonly string[];
}

/** The statements of a policy's JSON. */
export function readPolicy(policy: string): PolicyStatement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: PolicyStatement | PolicyStatement[] };
  return [Statement].flat();
}

/**
 * Reads a statement, once for each principal that it names.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy element reference"; AWS Lambda Developer Guide, "Control access to Lambda
 * function URLs".
 */
export function readStatement(statement: PolicyStatement): StatementReading[] {
  const conditions = flattenConditions(statement.Condition);
  const valuesOf = (key: string) => conditions.find((condition) => condition.plain && condition.key === key)?.values;
  const authTypes = valuesOf('lambda:functionurlauthtype');
  const viaUrl = valuesOf('lambda:invokedviafunctionurl');
  const organizations = valuesOf('aws:principalorgid');
  const actions = texts(statement.Action);
  const all = statement.NotAction !== undefined;
  const covers = (action: string) =>
    all || actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
  const invokes = covers('lambda:InvokeFunction') && authTypes === undefined;
  const calls = covers('lambda:InvokeFunctionUrl') && viaUrl === undefined;
  const opened = {
    sid: statement.Sid ?? '(no id)',
    deny: statement.Effect === 'Deny',
    url: calls && (authTypes?.includes('AWS_IAM') ?? true),
    unsigned: calls && (authTypes?.includes('NONE') ?? true),
    invokeViaUrl: invokes && (viaUrl?.includes('true') ?? true),
    invoke: invokes && (viaUrl?.includes('false') ?? true),
    otherActions: actions.filter((action) => !/^lambda:InvokeFunction(?:Url)?$/i.test(action)),
    conditions: [
      ...(all ? [`NotAction ${texts(statement.NotAction).join(', ')}`] : []),
      ...conditions.filter(({ plain, key }) => !(plain && WEIGHED.has(key))).map(({ text }) => text),
    ],
  };
  return principalsOf(statement).flatMap((named) => {
    if (named.kind !== 'everyone' || !organizations) return [{ ...opened, ...named }];
    return organizations.map((principal) => ({ ...opened, kind: 'organization' as const, principal }));
  });
}

const WEIGHED = new Set(['lambda:functionurlauthtype', 'lambda:invokedviafunctionurl', 'aws:principalorgid']);

interface FlatCondition {
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
  /** Whether the operator asks for equality and no more. */
  readonly plain: boolean;
  readonly text: string;
}

function flattenConditions(condition: unknown): FlatCondition[] {
  return Object.entries(asRecord(condition)).flatMap(([operator, keys]) =>
    Object.entries(asRecord(keys)).map(([key, value]) => ({
      key: key.toLowerCase(),
      values: texts(value),
      plain: /^(?:StringEquals|StringLike|Bool)$/.test(operator),
      text: `${key} ${operator} ${texts(value).join(' or ')}`,
    })),
  );
}

type Named = Pick<StatementReading, 'kind' | 'principal'>;

function principalsOf({ Principal, NotPrincipal }: PolicyStatement): Named[] {
  if (NotPrincipal !== undefined) {
    return [{ kind: 'other', principal: `everyone but ${principalTexts(NotPrincipal).join(', ')}` }];
  }
  if (Principal === '*') return [{ kind: 'everyone', principal: '*' }];
  return Object.entries(asRecord(Principal)).flatMap(([type, value]) =>
    texts(value).map((principal): Named => {
      if (type === 'AWS') return { principal, kind: kindOf(principal) };
      return { principal, kind: type === 'Service' ? 'service' : 'other' };
    }),
  );
}

function kindOf(principal: string): StatementReading['kind'] {
  if (principal === '*') return 'everyone';
  if (isAccountId(principal)) return 'account';
  if (isUniqueId(principal)) return 'deleted';
  const { service, resource } = readArn(principal) ?? {};
  const [kind] = resource?.split('/') ?? [];
  if (service === 'iam' && resource === 'root') return 'account';
  if (service === 'iam' && (kind === 'role' || kind === 'user')) return kind;
  return service === 'sts' && (kind === 'assumed-role' || kind === 'federated-user') ? 'session' : 'other';
}

function principalTexts(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(asRecord(value)).flatMap(texts);
}

function texts(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
