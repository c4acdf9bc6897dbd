/** The one function that a local Lambda holds. */
export interface LocalFunction {
  readonly name: string;
  /** Without qualifier. */
  readonly arn: string;
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** First label of the domain name that its URL would have. */
  readonly urlId: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  /** Aliases, all of them of `$LATEST`. */
  readonly aliases: ReadonlySet<string>;
}

/** Why a call is throttled, as AWS puts it: the concurrency is reserved for the function. */
export const THROTTLE_REASON = 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** The ARN by which a function is called; `$LATEST` and no qualifier differ in it, as they do for IAM. */
export function qualifiedArn(functionArn: string, qualifier: string | undefined): string {
  return qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;
}

/** Whether a qualifier names something that exists. */
export function hasQualifier({ aliases }: LocalFunction, qualifier: string | undefined): boolean {
  return qualifier === undefined || qualifier === '$LATEST' || aliases.has(qualifier);
}
