/** The parts of an ARN. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty where there is none. */
  readonly region: string;
  /** 12 digits, or empty where there is none. */
  readonly accountId: string;
  /** With its colons and slashes. */
  readonly resource: string;
}

/**
 * Reads an ARN, or the pattern of one; undefined when it has not the six parts.
 *
 * Source: AWS IAM User Guide, "Amazon Resource Names (ARNs)".
 */
export function readArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(':');
  if (prefix !== 'arn' || partition === undefined || service === undefined) return undefined;
  if (region === undefined || accountId === undefined || resource.length === 0) return undefined;
  return { partition, service, region, accountId, resource: resource.join(':') };
}

/** Whether a text is the 12 digits of an account. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}
