const IAM_ENTITY = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:(?:root|(?:role|user)\/[^\s*?]+)$/;
const STS_SESSION = /^arn:aws(?:-[a-z]+)*:sts::\d{12}:(?:assumed-role\/[\w+=,.@-]+|federated-user)\/[\w+=,.@-]+$/;

/**
 * Whether a value is the ARN of something that can call AWS: an account's root, a role, a user or a session. A group or an
 * ARN with a wildcard is none.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isPrincipalArn(value: string): boolean {
  return IAM_ENTITY.test(value) || STS_SESSION.test(value);
}

/**
 * Whether a value is the id of a role (`AROA…`) or user (`AIDA…`): what a policy shows for one that has been deleted.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function isUniqueId(value: string): boolean {
  return /^A(?:ROA|IDA)[A-Z0-9]{12,}$/.test(value);
}
