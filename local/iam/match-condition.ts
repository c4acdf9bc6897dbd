import { conditionKeyTypes } from './condition-keys.ts';
import { type ConditionOperator, conditionOperator, type Test } from './condition-operators.ts';
import { allOf, anyOf, isUnknown, type Match, not, type Unknown, unknown } from './match.ts';
import { toList } from './one-or-many.ts';
import type { ConditionBlock, PolicyDocument } from './policy.ts';
import { fillVariables } from './policy-variable.ts';
import type { RequestContext } from './request-context.ts';

/** `ForAllValues:StringLikeIfExists` in its parts. */
interface OperatorName {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

/**
 * Whether a request fulfils all conditions of a statement: every operator, for every key, with one of the values; a negated
 * operator with none of them.
 *
 * An operator of another type than the key's is unknown, though AWS would have stored it: `StringEquals` for
 * `lambda:InvokedViaFunctionUrl`, which is a `Bool`, is documented neither to match nor not to.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function matchConditions(
  block: ConditionBlock,
  version: PolicyDocument['Version'],
  context: RequestContext,
): Match {
  return allOf(
    Object.entries(block).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) =>
        matchCondition(operator, key, toList(values).map(String), version, context),
      ),
    ),
  );
}

function matchCondition(
  operatorName: string,
  key: string,
  policyValues: readonly string[],
  version: PolicyDocument['Version'],
  context: RequestContext,
): Match {
  const requestValues = context.get(key.toLowerCase()) ?? [];
  const types = conditionKeyTypes(key);
  if (requestValues === 'unknown') return unknown(`the value of ${key} is not known here`);
  if (!types) return unknown(`the condition key ${key} is not known here`);
  if (operatorName === 'Null') return matchNull(key, policyValues, requestValues);
  const { set, base, ifExists } = parseOperatorName(operatorName);
  const operator = conditionOperator(base);
  if (!operator) return unknown(`the condition operator ${operatorName} is not known here`);
  if (!types.includes(operator.type)) {
    return unknown(`${operatorName} does not compare ${key}, whose type is ${types.join(' or ')}`);
  }
  if (policyValues.length === 0) return unknown(`${operatorName} has no value for ${key}`);
  const tests = readPolicyValues(operator, operatorName, policyValues, version, context);
  if (isUnknown(tests)) return tests;

  if (requestValues.length === 0) {
    // IAM's pages say of the one that it is false then, of the other that it is true.
    if (ifExists && set === 'ForAnyValue') return unknown(`${operatorName} is not defined without ${key}`);
    if (ifExists || set === 'ForAllValues') return 'yes';
    return operator.negated && set === undefined ? 'yes' : 'no';
  }
  if (set === undefined && requestValues.length > 1) {
    return unknown(`${key} has several values, which only ForAllValues and ForAnyValue compare`);
  }
  const matches = requestValues.map((value) => matchValue(operator, tests, key, value));
  return set === 'ForAnyValue' ? anyOf(matches) : allOf(matches);
}

function matchValue({ negated }: ConditionOperator, tests: readonly Test[], key: string, requestValue: string): Match {
  const matches = tests.map((test): Match => {
    const result = test(requestValue);
    if (result === undefined) return unknown(`the request's ${key} cannot be read: ${JSON.stringify(requestValue)}`);
    return result ? 'yes' : 'no';
  });
  return negated ? not(anyOf(matches)) : anyOf(matches);
}

/** `"true"`: the key must be absent; `"false"`: it must be there. */
function matchNull(key: string, policyValues: readonly string[], requestValues: readonly string[]): Match {
  const absent = String(requestValues.length === 0);
  return anyOf(
    policyValues.map((value) => {
      if (value !== 'true' && value !== 'false') return unknown(`Null asks true or false of ${key}, not "${value}"`);
      return value === absent ? 'yes' : 'no';
    }),
  );
}

function readPolicyValues(
  operator: ConditionOperator,
  operatorName: string,
  policyValues: readonly string[],
  version: PolicyDocument['Version'],
  context: RequestContext,
): Test[] | Unknown {
  const tests: Test[] = [];
  for (const given of policyValues) {
    const value = fillVariables(given, version, context, operator.wildcards ? 'as pattern' : 'as text');
    if (isUnknown(value)) return value;
    if (value !== given && operator.type !== 'String' && operator.type !== 'ARN') {
      return unknown(`${operatorName} takes no policy variable: ${JSON.stringify(given)}`);
    }
    const test = operator.read(value);
    if (!test) return unknown(`${operatorName} cannot read the policy's value ${JSON.stringify(value)}`);
    tests.push(test);
  }
  return tests;
}

function parseOperatorName(name: string): OperatorName {
  const [, set, base = name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name) ?? [];
  return { set: set as OperatorName['set'], base, ifExists: ifExists !== undefined };
}
