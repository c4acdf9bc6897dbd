import { parseJson } from '../../wire/json.ts';
import { repeatedMembers } from '../../wire/repeated-members.ts';
import { type OneOrMany, toList } from './one-or-many.ts';
import { documentProblems, type PolicyKind, statementProblems } from './policy-problems.ts';

/** A policy in AWS's JSON. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  /**
   * Version of the policy language; only the newer one has policy variables.
   * @default '2008-10-17'
   */
  readonly Version?: '2012-10-17' | '2008-10-17';
  /** A name for the policy; nothing is decided by it. */
  readonly Id?: string;
  /** One statement, or several. */
  readonly Statement: OneOrMany<Statement>;
}

/** One of `Action` and `NotAction`, one of `Resource` and `NotResource`; in a resource-based policy also a principal. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  /** With `Deny` only. */
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: ConditionBlock;
}

/** `'*'`, or lists by type, such as `{ AWS: 'arn:aws:iam::111122223333:role/agent' }`. */
export type PrincipalElement = '*' | Readonly<Record<string, OneOrMany<string>>>;

/** Values by operator, then by condition key. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<ConditionValue>>>>>;

type ConditionValue = string | number | boolean;

/** A policy that AWS would not store. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Not a policy that IAM would store: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Takes a policy that comes from outside.
 *
 * @param policy JSON text, or what it was parsed to
 * @param kind `'identity'` for one of a role or user, `'resource'` for one of a function: it alone names principals
 * @throws PolicyError with everything that is wrong with its form. Operators, condition keys and principals are judged
 * when a request is decided.
 */
export function parsePolicy(policy: unknown, kind: PolicyKind): PolicyDocument {
  const document = typeof policy === 'string' ? fromJson(policy) : policy;
  const problems = documentProblems(document, kind);
  if (problems.length === 0) {
    const statements = toList((document as PolicyDocument).Statement);
    statements.forEach((statement, index) => {
      problems.push(...statementProblems(statement, kind).map((problem) => `statement ${index + 1}: ${problem}`));
    });
  }
  if (problems.length > 0) throw new PolicyError(problems);
  return document as PolicyDocument;
}

function fromJson(text: string): unknown {
  const document = parseJson(text);
  if (document === undefined) throw new PolicyError(['it is not JSON']);
  const repeated = repeatedMembers(text);
  if (repeated.length === 0) return document;
  throw new PolicyError(repeated.map((name) => `${JSON.stringify(name)} is written twice in one object`));
}
