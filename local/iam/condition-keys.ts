/** What a condition key holds, and so which operators compare it. */
export type ValueType = 'String' | 'ARN' | 'Bool' | 'IP address' | 'Date' | 'Numeric';

// AWS takes string operators for ARNs too.
const ARN: readonly ValueType[] = ['ARN', 'String'];

/**
 * The condition keys that are known here, in lower case, with the types of operators for each.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html#awslambda-policy-keys
 */
const KEYS: ReadonlyMap<string, readonly ValueType[]> = new Map([
  ['aws:principalarn', ARN],
  ['aws:principalaccount', ['String']],
  ['aws:principalorgid', ['String']],
  ['aws:principaltype', ['String']],
  ['aws:principalisawsservice', ['Bool']],
  ['aws:viaawsservice', ['Bool']],
  ['aws:resourceorgid', ['String']],
  ['aws:userid', ['String']],
  ['aws:username', ['String']],
  ['aws:sourceip', ['IP address']],
  ['aws:currenttime', ['Date']],
  ['aws:epochtime', ['Date', 'Numeric']],
  ['aws:securetransport', ['Bool']],
  ['aws:useragent', ['String']],
  ['aws:sourcearn', ARN],
  ['aws:sourceaccount', ['String']],
  ['aws:requestedregion', ['String']],
  ['aws:resourceaccount', ['String']],
  ['lambda:eventsourcetoken', ['String']],
  ['lambda:functionarn', ARN],
  ['lambda:functionurlauthtype', ['String']],
  ['lambda:invokedviafunctionurl', ['Bool']],
  ['lambda:principal', ['String']],
]);

/** The types of operators that compare a condition key; undefined when the key is not known here. */
export function conditionKeyTypes(key: string): readonly ValueType[] | undefined {
  return KEYS.get(key.toLowerCase());
}
