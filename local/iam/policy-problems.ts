import { isRecord } from '../../wire/json.ts';
import { toList } from './one-or-many.ts';

/** Whose policy it is: a role's or user's, or a function's. */
export type PolicyKind = 'identity' | 'resource';

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const PRINCIPAL_ELEMENTS = ['Principal', 'NotPrincipal'];
const STATEMENT_ELEMENTS = [
  ...['Sid', 'Effect', ...PRINCIPAL_ELEMENTS],
  ...['Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
];
const ACTION = /^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i;
// IAM takes no wildcard for the service.
const RESOURCE = /^(?:\*|arn:[^:]*(?::[^:*?]*(?::.*)?)?)$/s;

/**
 * Everything that keeps a document from being read; its statements are not looked into, but for their Sids.
 *
 * An empty list is no problem, here and in a statement: to IAM it names nothing, and Access Analyzer only suggests to leave
 * it out.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function documentProblems(document: unknown, kind: PolicyKind): string[] {
  if (!isRecord(document)) return ['a policy is a JSON object'];
  const { Version: version, Id: id, Statement: statement } = document;
  return [
    ...unknownElements(document, DOCUMENT_ELEMENTS),
    ...(version === undefined || version === '2012-10-17' || version === '2008-10-17'
      ? []
      : [`the version ${JSON.stringify(version)} is not known`]),
    ...(id === undefined || typeof id === 'string' ? [] : ['Id must be a string']),
    ...(id !== undefined && kind === 'identity' ? ['an identity-based policy cannot have Id'] : []),
    ...(toList(statement).length > 0 ? [] : ['Statement is missing']),
    ...repeatedSids(toList(statement)),
  ];
}

function repeatedSids(statements: readonly unknown[]): string[] {
  const sids = statements.flatMap((statement) => (isRecord(statement) && statement.Sid ? [statement.Sid] : []));
  const repeated = new Set(sids.filter((sid, index) => sids.indexOf(sid) !== index));
  return [...repeated].map((sid) => `two statements have the Sid ${JSON.stringify(sid)}`);
}

/** Everything in a statement's form for which IAM would not store it. */
export function statementProblems(statement: unknown, kind: PolicyKind): string[] {
  if (!isRecord(statement)) return ['a statement is a JSON object'];
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  return [
    ...unknownElements(statement, STATEMENT_ELEMENTS),
    ...(sid === undefined || typeof sid === 'string' ? [] : ['Sid must be a string']),
    ...(kind === 'identity' && typeof sid === 'string' && !/^[A-Za-z0-9]*$/.test(sid)
      ? [`the Sid ${JSON.stringify(sid)} must be of letters and digits, in an identity-based policy`]
      : []),
    ...(effect === 'Allow' || effect === 'Deny' ? [] : ['Effect must be "Allow" or "Deny"']),
    ...principalProblems(statement, kind),
    ...listProblems(statement, 'Action', ACTION, '"*" or "service:Action"'),
    ...listProblems(statement, 'Resource', RESOURCE, '"*" or an ARN that names its service'),
    ...(condition === undefined || isConditionBlock(condition)
      ? []
      : ['Condition must hold values by operator and condition key']),
    ...(isConditionBlock(condition) ? repeatedKeys(condition) : []),
  ];
}

function principalProblems(statement: Readonly<Record<string, unknown>>, kind: PolicyKind): string[] {
  const elements = PRINCIPAL_ELEMENTS.filter((element) => element in statement);
  if (kind === 'identity') {
    return elements.map((element) => `an identity-based policy cannot have ${element}: it is its owner`);
  }
  const [element] = elements;
  if (element === undefined || elements.length > 1) return ['it must have either Principal or NotPrincipal'];
  if (element === 'NotPrincipal' && statement.Effect === 'Allow') return ['NotPrincipal is for "Effect": "Deny" only'];
  const principal = statement[element];
  if (principal === '*') return [];
  const valid = isRecord(principal) && Object.values(principal).every(isStrings);
  return valid ? [] : [`${element} must be "*" or hold strings by type`];
}

function listProblems(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  form: RegExp,
  description: string,
): string[] {
  const [element, ...others] = [name, `Not${name}`].filter((element) => element in statement);
  if (element === undefined || others.length > 0) return [`it must have either ${name} or Not${name}`];
  const values = statement[element];
  if (!isStrings(values)) return [`${element} must be a string or a list of strings`];
  const wrong = toList(values).filter((value) => !form.test(value));
  return wrong.map((value) => `${element} ${JSON.stringify(value)} must be ${description}`);
}

function isConditionBlock(condition: unknown): condition is Record<string, Record<string, unknown>> {
  if (!isRecord(condition)) return false;
  return Object.values(condition).every((keys) => isRecord(keys) && Object.values(keys).every(isConditionValues));
}

/** One key in two spellings, which IAM takes for the same key twice. */
function repeatedKeys(condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string[] {
  return Object.entries(condition).flatMap(([operator, keys]) => {
    const names = Object.keys(keys).map((key) => key.toLowerCase());
    const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    return [...repeated].map((name) => `${operator} has the condition key ${name} twice`);
  });
}

function isConditionValues(values: unknown): boolean {
  return (
    values !== undefined && toList(values).every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}

function isStrings(values: unknown): values is string | string[] {
  return values !== undefined && toList(values).every((value) => typeof value === 'string');
}

function unknownElements(object: Readonly<Record<string, unknown>>, known: readonly string[]): string[] {
  return Object.keys(object)
    .filter((element) => !known.includes(element))
    .map((element) => `the element ${JSON.stringify(element)} is not known`);
}
