import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from './network-of.js';

describe('the network that an address is counted for', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::5:6:7:8', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
    [undefined, ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for all addresses of a /64 and for no other', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
    const half = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(half, half, half, half, (upper, one, two, other) => {
        const of = (a: string[], b: string[]) => networkOf([...a, ...b].join(':'));
        // URL writes the longest run of zeroes as `::` (RFC 5952).
        const short = new URL(`http://[${[...upper, ...one].join(':')}]/`).hostname.slice(1, -1);
        expect(networkOf(short)).toBe(of(upper, two));
        fc.pre(upper.join() !== other.join());
        expect(of(other, one)).not.toBe(of(upper, one));
      }),
    );
  });
});
