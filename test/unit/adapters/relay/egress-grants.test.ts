import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  type Grant,
  isGranted,
  isNearTarget,
  isReachable,
  parseGrant,
} from '../../../../src/adapters/relay/egress-grants.ts';
import { externalUrlFault } from '../../../../src/adapters/relay/external-relay.ts';

const grants = (...texts: readonly string[]): readonly Grant[] => texts.map((text) => parseGrant(text) as Grant);

describe('a grant', () => {
  it.each([
    ['example.com:443', { host: 'example.com', port: 443 }],
    ['EXAMPLE.com.:*', { host: 'example.com', port: null }],
    ['*.example.com:443', { host: '*.example.com', port: 443 }],
    ['*:443', { host: '*', port: 443 }],
    ['10.1.2.3:80', { host: '10.1.2.3', port: 80 }],
    ['[2001:0DB8::0:1]:80', { host: '2001:db8::1', port: 80 }],
  ])('%s', (text, grant) => {
    expect(parseGrant(text)).toEqual(grant);
  });

  it.each([
    'example.com',
    'example.com:0',
    'example.com:65536',
    ':443',
    'a b:1',
    'http://a:1',
    '2001:db8::1:80',
    'a*.b:1',
    '*.*:1',
    '',
  ])('not %s', (text) => {
    expect(parseGrant(text)).toBeUndefined();
  });

  it.each([
    ['example.com', 443, true],
    ['example.com', 80, false],
    ['www.example.com', 443, false],
    ['a.b.wild.org', 443, true],
    ['wild.org', 443, false],
    ['evilwild.org', 443, false],
    ['1.1.1.1', 53, false],
  ])('of example.com:443 and *.wild.org:443 lets %s:%d be reached: %s', (host, port, expected) => {
    expect(isGranted(host, port, grants('example.com:443', '*.wild.org:443'))).toBe(expected);
  });

  it('of every name is none of an address', () => {
    expect(isGranted('8.8.8.8', 443, grants('*:443'))).toBe(false);
  });
});

describe('an address that a name leads to', () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  it.each([
    ...[
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.0.0.1',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.100.100.200',
    ],
    ...['168.63.129.16', '192.0.0.192', '224.0.0.1', '255.255.255.255', '198.18.0.1'],
    ...[
      '::1',
      '::',
      'fe80::1',
      'fd00:ec2::254',
      '::ffff:10.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      '2001::1',
      'ff02::1',
    ],
    ...own,
  ])('%s is refused unless it was granted itself', (address) => {
    expect(isReachable(address, 80, grants('*:80', 'example.com:*'))).toBe(false);
    const written = address.includes(':') ? `[${address.replace(/%.*/, '')}]` : address;
    expect(isReachable(address.replace(/%.*/, ''), 80, grants(`${written}:80`))).toBe(true);
    expect(isReachable(address.replace(/%.*/, ''), 81, grants(`${written}:80`))).toBe(false);
  });

  it('is not reached by a name where all its ports were granted: that names no port', () => {
    expect(isReachable('10.0.0.1', 80, grants('10.0.0.1:*'))).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111'])('%s is reached', (address) => {
    expect(isReachable(address, 443, [])).toBe(true);
  });
});

describe('a grant of this machine or a private network', () => {
  it.each([
    ...['localhost:1', 'LOCALHOST.:1', '127.0.0.1:1', '127.9.9.9:*', '0.0.0.0:1', '10.0.0.1:1', '192.168.1.1:1'],
    ...['169.254.169.254:80', '100.100.100.200:80', '168.63.129.16:80', '[::1]:1', '[::]:1', '[fe80::1]:1'],
    ...['[fd00:ec2::254]:80', '[::ffff:10.0.0.1]:1', '[0:0:0:0:0:0:0:1]:1', '[64:ff9b::a00:1]:1'],
    // What says no place is not taken for one far away.
    ...['a..b:1', '127.0.0.1', ''],
  ])('is %s', (text) => {
    expect(isNearTarget(text)).toBe(true);
  });

  it.each(['example.com:443', '*.example.com:*', '*:443', '1.1.1.1:53', '[2606:4700:4700::1111]:53'])(
    'is not %s',
    (text) => {
      expect(isNearTarget(text)).toBe(false);
    },
  );
});

describe('a URL behind a slot', () => {
  it.each(['http://a', 'https://u:p@a:1/base/', 'tcp://a:1', 'tcp://[::1]:5432/'])('%s', (url) => {
    expect(externalUrlFault(url)).toBeUndefined();
  });
  it.each(['', 'a:1', 'ftp://a', 'http://a/?key=secret', 'http://a/#x', 'tcp://a', 'tcp://a:1/x', 'tcp://u@a:1'])(
    'not %s',
    (url) => {
      expect(externalUrlFault(url)).toMatch(/^(it|tcp:)/);
      expect(externalUrlFault(url)).not.toContain('secret');
    },
  );
});
