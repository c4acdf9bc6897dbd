import { PARTITIONS } from './partitions.ts';

/** What names a Lambda function: a name, `ACCOUNT:function:NAME` or an ARN, each with or without qualifier. */
export interface FunctionName {
  /** As it was given, without qualifier: the Lambda API takes it so. */
  readonly unqualified: string;
  readonly name: string;
  readonly partition: string | undefined;
  readonly region: string | undefined;
  /** 12 digits. */
  readonly accountId: string | undefined;
  /** Version or alias, `$LATEST` and `$LATEST.PUBLISHED` among them. */
  readonly qualifier: string | undefined;
}

const FUNCTION_NAME =
  /^((?:(?:arn:([a-z-]+):lambda:([a-z]+(?:-[a-z]+)+-\d+):)?(\d{12}):function:)?([\w-]{1,64}))(?::(\$LATEST(?:\.PUBLISHED)?|[\w-]{1,128}))?$/;

/**
 * Reads what names a function; undefined when it is none.
 *
 * Source: AWS Lambda API Reference, Invoke, `FunctionName` and `Qualifier`.
 */
export function readFunctionName(text: string): FunctionName | undefined {
  const [, unqualified, partition, region, accountId, name, qualifier] = FUNCTION_NAME.exec(text) ?? [];
  if (unqualified === undefined || name === undefined) return undefined;
  if (partition !== undefined && !PARTITIONS.some(({ id }) => id === partition)) return undefined;
  return { unqualified, name, partition, region, accountId, qualifier };
}
