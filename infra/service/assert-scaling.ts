import { Token } from 'aws-cdk-lib';

/**
 * @param usual least number of tasks, where none is given
 * @throws Error for numbers of tasks that cannot be meant, where they are known at synthesis
 */
export function assertScaling(
  construct: string,
  { minTasks, maxTasks }: { readonly minTasks?: number; readonly maxTasks?: number } = {},
  usual: number,
): void {
  const least = minTasks ?? usual;
  if (Token.isUnresolved(least)) return;
  const isCount = (tasks: number) => Number.isInteger(tasks) && tasks >= 1;
  if (!isCount(least)) throw new Error(`${construct}: minTasks is ${least}. Give a whole number, 1 at least.`);
  if (maxTasks === undefined || Token.isUnresolved(maxTasks) || (isCount(maxTasks) && maxTasks >= least)) return;
  throw new Error(`${construct}: maxTasks is ${maxTasks}. Give a whole number, no smaller than minTasks, ${least}.`);
}
