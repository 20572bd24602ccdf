import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '../../../api/client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded ? { 'x-forwarded-for': forwarded } : {},
  }) as unknown as IncomingMessage;

describe('the client’s address', () => {
  it.each<[string, string[], string, string | undefined, string]>([
    ['is the socket’s', [], '203.0.113.9', undefined, '203.0.113.9'],
    ['is not what a stranger claims', [], '203.0.113.9', '10.1.1.1', '203.0.113.9'],
    ['is what a trusted proxy saw', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'is the nearest that is not ours',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '198.51.100.1, 203.0.113.9, 10.2.2.2',
      '203.0.113.9',
    ],
    ['is the proxy’s where it forwards nothing', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
    ['is the proxy’s where it forwards noise', ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
    ['is IPv4 over an IPv6 socket as well', ['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['is IPv4 in the other spelling of IPv6', ['10.0.0.0/8'], '::ffff:10.0.0.1', '::ffff:cb00:7109', '203.0.113.9'],
    [
      'is not what stands before a stranger',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '127.0.0.1, 10.9.9.9, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'is not a trusted address that a stranger claims',
      ['10.0.0.0/8'],
      '203.0.113.9',
      '10.0.0.1, 10.0.0.2',
      '203.0.113.9',
    ],
    [
      'is the nearest of all who are ours where nobody else is named',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '10.0.0.3, 10.0.0.2',
      '10.0.0.3',
    ],
    [
      'is the proxy’s where it forwards an address with more behind',
      ['10.0.0.1'],
      '10.0.0.1',
      '203.0.113.9; drop',
      '10.0.0.1',
    ],
    ['may be of a proxy over IPv6', ['2001:db8:f::/48'], '2001:db8:f::7', '198.51.100.1, 2001:db8::1', '2001:db8::1'],
    ['may be IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::1', '2001:db8::1'],
  ])('%s', (_what, trusted, remote, forwarded, expected) => {
    expect(clientAddress(trusted)(request(remote, forwarded))).toBe(expected);
  });
});
