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
const RESOURCE = /^(?:\*|arn:.*)$/s;

/**
 * Everything that keeps a document from being read; its statements are not looked into.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function documentProblems(document: unknown): string[] {
  if (!isRecord(document)) return ['a policy is a JSON object'];
  const { Version: version, Id: id, Statement: statement } = document;
  return [
    ...unknownElements(document, DOCUMENT_ELEMENTS),
    ...(version === undefined || version === '2012-10-17' || version === '2008-10-17'
      ? []
      : [`the version ${JSON.stringify(version)} is not known`]),
    ...(id === undefined || typeof id === 'string' ? [] : ['Id must be a string']),
    ...(toList(statement).length > 0 ? [] : ['Statement is missing']),
  ];
}

/** Everything in a statement's form for which IAM would not store it. */
export function statementProblems(statement: unknown, kind: PolicyKind): string[] {
  if (!isRecord(statement)) return ['a statement is a JSON object'];
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  return [
    ...unknownElements(statement, STATEMENT_ELEMENTS),
    ...(sid === undefined || typeof sid === 'string' ? [] : ['Sid must be a string']),
    ...(effect === 'Allow' || effect === 'Deny' ? [] : ['Effect must be "Allow" or "Deny"']),
    ...principalProblems(statement, kind),
    ...listProblems(statement, 'Action', ACTION, '"*" or "service:Action"'),
    ...listProblems(statement, 'Resource', RESOURCE, '"*" or an ARN'),
    ...(condition === undefined || isConditionBlock(condition)
      ? []
      : ['Condition must hold values by operator and condition key']),
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
  const valid = isRecord(principal) && hasEntries(principal) && Object.values(principal).every(isStrings);
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

function isConditionBlock(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.values(condition).every(
    (keys) => isRecord(keys) && hasEntries(keys) && Object.values(keys).every(isConditionValues),
  );
}

function isConditionValues(values: unknown): boolean {
  const list = toList(values);
  return list.length > 0 && list.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
}

function isStrings(values: unknown): values is string | string[] {
  const list = toList(values);
  return list.length > 0 && list.every((value) => typeof value === 'string');
}

function unknownElements(object: Readonly<Record<string, unknown>>, known: readonly string[]): string[] {
  return Object.keys(object)
    .filter((element) => !known.includes(element))
    .map((element) => `the element ${JSON.stringify(element)} is not known`);
}

function hasEntries(object: object): boolean {
  return Object.keys(object).length > 0;
}
