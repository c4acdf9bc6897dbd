import { LambdaApiError } from './lambda-api-error.ts';
import type { LocalFunction } from './local-function.ts';

const FUNCTION_NAME =
  /^(?:(?:arn:([^:]+):lambda:([^:]+):)?(\d{12}):function:)?([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/**
 * A function's name, its ARN, or `ACCOUNT:function:NAME`, each with or without qualifier. What it lacks is as in `fn`.
 * @throws LambdaApiError `ValidationException` for what is none of these
 */
export function readFunctionName(
  text: string,
  fn: LocalFunction,
): { functionArn: string; qualifier: string | undefined } {
  const [, partition = 'aws', region = fn.region, accountId = fn.accountId, name, qualifier] =
    FUNCTION_NAME.exec(text) ?? [];
  if (name === undefined) {
    throw new LambdaApiError(
      'ValidationException',
      400,
      `Value '${text}' at 'functionName' is not a function name or ARN.`,
    );
  }
  return { functionArn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}`, qualifier };
}
