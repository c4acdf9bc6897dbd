/** A group of AWS regions with names of its own. */
export interface Partition {
  readonly id: string;
  /** Its regions' names. */
  readonly regions: RegExp;
  /** Of `SERVICE.REGION.…` endpoints. */
  readonly dnsSuffix: string;
  /** Of the endpoints that speak IPv6 too. */
  readonly dualStackDnsSuffix: string;
}

/**
 * Sources: AWS General Reference, "Service endpoints"; AWS GovCloud (US), "Service endpoints"; Amazon Web Services in
 * China, "Endpoints and ARNs"; AWS European Sovereign Cloud, "Endpoints". A test compares it with the AWS SDK's data.
 */
export const PARTITIONS: readonly Partition[] = [
  {
    id: 'aws',
    regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    dualStackDnsSuffix: 'api.aws',
  },
  { id: 'aws-us-gov', regions: /^us-gov-[a-z]+-\d+$/, dnsSuffix: 'amazonaws.com', dualStackDnsSuffix: 'api.aws' },
  {
    id: 'aws-cn',
    regions: /^cn-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com.cn',
    dualStackDnsSuffix: 'api.amazonwebservices.com.cn',
  },
  {
    id: 'aws-eusc',
    regions: /^eusc-de-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    dualStackDnsSuffix: 'api.amazonwebservices.eu',
  },
  { id: 'aws-iso', regions: /^us-iso-[a-z]+-\d+$/, dnsSuffix: 'c2s.ic.gov', dualStackDnsSuffix: 'api.aws.ic.gov' },
  {
    id: 'aws-iso-b',
    regions: /^us-isob-[a-z]+-\d+$/,
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackDnsSuffix: 'api.aws.scloud',
  },
  {
    id: 'aws-iso-e',
    regions: /^eu-isoe-[a-z]+-\d+$/,
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackDnsSuffix: 'api.cloud-aws.adc-e.uk',
  },
  {
    id: 'aws-iso-f',
    regions: /^us-isof-[a-z]+-\d+$/,
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackDnsSuffix: 'api.aws.hci.ic.gov',
  },
];

/** The partition of a region; of one that nobody knows yet, `aws`, as the AWS SDK has it. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? (PARTITIONS[0] as Partition);
}
