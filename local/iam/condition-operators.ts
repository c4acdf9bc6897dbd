import { readArnPattern } from '../../wire/aws/arn-pattern.ts';
import { matchesWildcard } from '../../wire/wildcard.ts';
import type { ValueType } from './condition-keys.ts';
import { readDate } from './date-value.ts';
import { readIpRange } from './ip-range.ts';

/** Whether the request's value is what the policy's asks for; undefined when it cannot be read. */
export type Test = (requestValue: string) => boolean | undefined;

/** A condition operator without `IfExists` and set qualifier. */
export interface ConditionOperator {
  readonly type: ValueType;
  /** Whether the policy's values are what the request's must not be. */
  readonly negated: boolean;
  /** Whether `*` and `?` of the policy's value are wildcards. */
  readonly wildcards?: boolean;
  /** Undefined when the policy's value cannot be read. */
  readonly read: (policyValue: string) => Test | undefined;
}

type Read = ConditionOperator['read'];

/**
 * The operator of a name, which is case-sensitive here; undefined when it is not known. `Null` is not among them: it asks
 * nothing of values. `BinaryEquals` is not: no known key is binary.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionOperator(name: string): ConditionOperator | undefined {
  return OPERATORS.get(name);
}

const text =
  (same: (policyValue: string, requestValue: string) => boolean): Read =>
  (policyValue) =>
  (requestValue) =>
    same(policyValue, requestValue);

const ordered =
  (toNumber: (value: string) => number | undefined, holds: (request: number, policy: number) => boolean): Read =>
  (policyValue) => {
    const policy = toNumber(policyValue);
    if (policy === undefined) return undefined;
    return (requestValue) => {
      const request = toNumber(requestValue);
      return request === undefined ? undefined : holds(request, policy);
    };
  };

const readNumber = (value: string) => (/^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined);

const readBool: Read = (policyValue) => {
  if (policyValue !== 'true' && policyValue !== 'false') return undefined;
  return (requestValue) => (['true', 'false'].includes(requestValue) ? requestValue === policyValue : undefined);
};

const equalText = text((policy, request) => policy === request);
const equalIgnoringCase = text((policy, request) => policy.toLowerCase() === request.toLowerCase());
const likeText = text(matchesWildcard);

const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map<string, ConditionOperator>([
  ['StringEquals', { type: 'String', negated: false, read: equalText }],
  ['StringNotEquals', { type: 'String', negated: true, read: equalText }],
  ['StringEqualsIgnoreCase', { type: 'String', negated: false, read: equalIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { type: 'String', negated: true, read: equalIgnoringCase }],
  ['StringLike', { type: 'String', negated: false, wildcards: true, read: likeText }],
  ['StringNotLike', { type: 'String', negated: true, wildcards: true, read: likeText }],
  // ArnEquals takes wildcards as ArnLike does.
  ['ArnEquals', { type: 'ARN', negated: false, wildcards: true, read: readArnPattern }],
  ['ArnLike', { type: 'ARN', negated: false, wildcards: true, read: readArnPattern }],
  ['ArnNotEquals', { type: 'ARN', negated: true, wildcards: true, read: readArnPattern }],
  ['ArnNotLike', { type: 'ARN', negated: true, wildcards: true, read: readArnPattern }],
  ['Bool', { type: 'Bool', negated: false, read: readBool }],
  ['IpAddress', { type: 'IP address', negated: false, read: readIpRange }],
  ['NotIpAddress', { type: 'IP address', negated: true, read: readIpRange }],
  ...comparisons('Date', readDate),
  ...comparisons('Numeric', readNumber),
]);

function comparisons(
  type: 'Date' | 'Numeric',
  toNumber: (value: string) => number | undefined,
): [string, ConditionOperator][] {
  const equal = ordered(toNumber, (request, policy) => request === policy);
  const operator = (read: Read, negated = false): ConditionOperator => ({ type, negated, read });
  return [
    [`${type}Equals`, operator(equal)],
    [`${type}NotEquals`, operator(equal, true)],
    [`${type}LessThan`, operator(ordered(toNumber, (request, policy) => request < policy))],
    [`${type}LessThanEquals`, operator(ordered(toNumber, (request, policy) => request <= policy))],
    [`${type}GreaterThan`, operator(ordered(toNumber, (request, policy) => request > policy))],
    [`${type}GreaterThanEquals`, operator(ordered(toNumber, (request, policy) => request >= policy))],
  ];
}
