import { type FunctionName, readFunctionName } from '../wire/aws/function-name.ts';
import { TargetError } from './errors.ts';

/** A Lambda function as the Invoke API names it. */
export interface FunctionTarget extends Omit<FunctionName, 'unqualified'> {
  /** Name, partial ARN, or ARN without qualifier. */
  readonly functionName: string;
}

/**
 * Reads a function name or ARN, with or without qualifier.
 *
 * @throws {TargetError} when it is neither
 */
export function readFunctionTarget(target: string): FunctionTarget {
  const read = readFunctionName(target);
  if (!read) {
    throw new TargetError(
      `${JSON.stringify(target)} is neither the name nor the ARN of a Lambda function ` +
        '(arn:aws:lambda:REGION:ACCOUNT:function:NAME).',
    );
  }
  const { unqualified: functionName, ...parts } = read;
  return { functionName, ...parts };
}
