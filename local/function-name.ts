import { readFunctionName as parseFunctionName } from '../wire/aws/function-name.ts';
import { LambdaApiError } from './lambda-api-error.ts';
import type { LocalFunction } from './local-function.ts';

/**
 * A function's name, its ARN, or `ACCOUNT:function:NAME`, each with or without qualifier. What it lacks is as in `fn`.
 * @throws LambdaApiError `ValidationException` for what is none of these
 */
export function readFunctionName(
  text: string,
  fn: LocalFunction,
): { functionArn: string; qualifier: string | undefined } {
  const read = parseFunctionName(text);
  if (!read) {
    throw new LambdaApiError(
      'ValidationException',
      400,
      `Value '${text}' at 'functionName' is not a function name or ARN.`,
    );
  }
  const { partition = fn.partition, region = fn.region, accountId = fn.accountId, name, qualifier } = read;
  return { functionArn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}`, qualifier };
}
