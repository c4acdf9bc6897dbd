import { TargetError } from './errors.ts';

/** A Lambda function as the Invoke API names it. */
export interface FunctionTarget {
  /** Name, or ARN without qualifier. */
  readonly functionName: string;
  /** From the ARN; undefined for a name. */
  readonly region: string | undefined;
  /** Version or alias. */
  readonly qualifier: string | undefined;
}

const FUNCTION_ARN =
  /^(arn:aws[a-z-]*:lambda:([a-z]{2}(?:-[a-z]+)+-\d+):\d{12}:function:[\w-]{1,64})(?::(\$LATEST|[\w-]+))?$/;
const FUNCTION_NAME = /^([\w-]{1,64})(?::(\$LATEST|[\w-]+))?$/;

/**
 * Reads a function name or ARN, with or without qualifier.
 *
 * Source: AWS Lambda API Reference, Invoke, `FunctionName`.
 *
 * @throws {TargetError} when it is neither
 */
export function readFunctionTarget(target: string): FunctionTarget {
  const [, arn, region, arnQualifier] = FUNCTION_ARN.exec(target) ?? [];
  if (arn !== undefined) return { functionName: arn, region, qualifier: arnQualifier };
  const [, functionName, qualifier] = FUNCTION_NAME.exec(target) ?? [];
  if (functionName !== undefined) return { functionName, region: undefined, qualifier };
  throw new TargetError(
    `${JSON.stringify(target)} is neither the name nor the ARN of a Lambda function ` +
      '(arn:aws:lambda:REGION:ACCOUNT:function:NAME).',
  );
}
