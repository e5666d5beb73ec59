import { isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Whom an address counts for: an IPv4 address for itself, an IPv6 one for its /64, the smallest network that providers
 * give to a customer; whoever has one has 2^64 addresses to change among.
 */
export function networkOf(address: string): string {
  const mapped = MAPPED_IPV4.exec(address);
  if (mapped) return mapped[1]!;
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 tail fills two groups; it lies in the lower half anyway, and counts only for how many zeroes `::` stands for.
  const groups = before.length + after.length + (bare.includes('.') ? 1 : 0);
  const full = tail === undefined ? before : [...before, ...Array<string>(8 - groups).fill('0'), ...after];
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
