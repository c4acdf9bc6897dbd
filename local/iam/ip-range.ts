import { BlockList, isIP } from 'node:net';

/**
 * Reads an IPv4 or IPv6 address or CIDR range of a condition. An address of one kind is in no range of the other; one that
 * node gives as `::ffff:203.0.113.7` is the IPv4 address in it.
 *
 * @returns undefined for anything else; so does the returned function for what is not an address
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
export function readIpRange(range: string): ((address: string) => boolean | undefined) | undefined {
  const [network = '', prefix, ...rest] = range.split('/');
  const family = ipFamily(network);
  if (!family || rest.length > 0) return undefined;
  const bits = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || length > bits)) return undefined;
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return (requestAddress) => {
    const address = requestAddress.replace(/^::ffff:(?=[\d.]+$)/i, '');
    const addressFamily = ipFamily(address);
    // A block list would find every IPv4 address in ::/0.
    return addressFamily && (addressFamily === family ? list.check(address, family) : false);
  };
}

function ipFamily(address: string): 'ipv4' | 'ipv6' | undefined {
  // A scoped address such as fe80::1%eth0 is one to node, and not to a policy.
  if (address.includes('%')) return undefined;
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
