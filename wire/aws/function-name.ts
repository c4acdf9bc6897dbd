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

// A partition that AWS adds needs no row in the table of them: the region tells where to go.
const ARN = 'arn:(?<partition>aws(?:-[a-z]+)*):lambda:(?<region>[a-z]+(?:-[a-z]+)+-\\d+):(?<owner>\\d{12}):function:';
const PARTIAL_ARN = '(?:(?<account>\\d{12}):)?(?:function:)?';
const QUALIFIER = '\\$LATEST(?:\\.PUBLISHED)?|[\\w-]{1,128}';
const FUNCTION_NAME = new RegExp(
  `^(?<unqualified>(?:${ARN}|${PARTIAL_ARN})(?<name>[\\w-]{1,64}))(?::(?<qualifier>${QUALIFIER}))?$`,
);

/**
 * Reads what names a function; undefined when it is none.
 *
 * Source: AWS Lambda API Reference, Invoke, `FunctionName` and `Qualifier`: their patterns also take `ACCOUNT:NAME`.
 */
export function readFunctionName(text: string): FunctionName | undefined {
  const { unqualified, name, partition, region, owner, account, qualifier } = FUNCTION_NAME.exec(text)?.groups ?? {};
  if (unqualified === undefined || name === undefined) return undefined;
  return { unqualified, name, partition, region, accountId: owner ?? account, qualifier };
}
