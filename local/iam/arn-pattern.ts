import { matchesWildcard } from '../../wire/wildcard.ts';

/**
 * Reads the pattern of an ARN condition: each of the six components is matched by itself, case-sensitive, with `*` and `?`.
 * @returns undefined for what is not an ARN, `*` alone included
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArnPattern(pattern: string): ((arn: string) => boolean | undefined) | undefined {
  const patterns = components(pattern);
  if (!patterns) return undefined;
  return (arn) => components(arn)?.every((component, index) => matchesWildcard(patterns[index] ?? '', component));
}

function components(arn: string): string[] | undefined {
  const [prefix, partition, service, region, account, ...resource] = arn.split(':');
  if (prefix !== 'arn' || partition === undefined || service === undefined) return undefined;
  if (region === undefined || account === undefined || resource.length === 0) return undefined;
  return [prefix, partition, service, region, account, resource.join(':')];
}
