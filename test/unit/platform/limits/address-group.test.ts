import { describe, expect, it } from '@jest/globals';
import { addressGroup } from '../../../../shared/platform/limits/address-group.ts';

describe('what a limit counts an address by', () => {
  it.each([
    ['an IPv4 address is itself', '203.0.113.9', '203.0.113.9'],
    ['IPv6 counts by its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['however it is spelled', '2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['and shortened', '2001:db8::1', '2001:db8:0:0::/64'],
    ['loopback too', '::1', '0:0:0:0::/64'],
    ['a zone makes no difference', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['IPv4 in IPv6 is IPv4', '::ffff:203.0.113.9', '203.0.113.9'],
    ['in its other spelling as well', '::ffff:cb00:7109', '203.0.113.9'],
    ['nothing stays nothing', '', ''],
  ])('%s', (_what, address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
