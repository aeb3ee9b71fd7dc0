import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet, and so to nobody's house: not to this machine, a
 * private network, a link, a carrier's own network or a range with a purpose of its own. An IPv6
 * address that carries an IPv4 one is judged by that, whatever way it is carried.
 *
 * Ranges: IANA's registries of special-purpose addresses, as ipaddr.js has them.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || !carriesIpv4(address as ipaddr.IPv6);
}

/** IPv4-compatible addresses (RFC 4291, 2.5.5.1): deprecated, and routed by some stacks. */
function carriesIpv4({ parts }: ipaddr.IPv6): boolean {
  return parts.slice(0, 6).every((part) => part === 0);
}
