import { describe, expect, it } from 'vitest';
import { proxyEnvironment, slotAddress } from '../../../../src/adapters/relay/egress-environment.ts';

describe('what goes directly', () => {
  it.each([
    [[], 'localhost,127.0.0.1,::1'],
    [['example.com:443', '10.0.0.1:*', '*:80', '127.0.0.9:80'], 'localhost,127.0.0.1,::1'],
    [['127.0.0.1:5432'], 'localhost,127.0.0.1:8080,127.0.0.1:20000,::1,127.0.0.2'],
    [['127.0.0.1:5432', '127.0.0.2:80'], 'localhost,127.0.0.1:8080,127.0.0.1:20000,::1,127.0.0.3'],
    // The grant counts more than a port of the component's own.
    [['127.0.0.1:8080'], 'localhost,127.0.0.1:20000,::1,127.0.0.2'],
    [['127.0.0.1:*'], 'localhost,::1,127.0.0.2'],
    [['localhost:5432', '*:8080'], 'localhost:8080,localhost:20000,127.0.0.1,::1'],
    [['[::1]:5432'], 'localhost,127.0.0.1'],
    [['[0::0:1]:*', '127.0.0.1:*', 'LOCALHOST.:*'], '127.0.0.2'],
  ] as const)('with grants for %j', (grants, direct) => {
    expect(proxyEnvironment(20_001, grants, [8080, 20_000])).toEqual({
      HTTP_PROXY: 'http://127.0.0.1:20001',
      HTTPS_PROXY: 'http://127.0.0.1:20001',
      NO_PROXY: direct,
      http_proxy: 'http://127.0.0.1:20001',
      https_proxy: 'http://127.0.0.1:20001',
      no_proxy: direct,
    });
  });

  it('holds the address of the slots in every case', () => {
    expect(slotAddress(['example.com:1', 'localhost:1'])).toBe('127.0.0.1');
    expect(slotAddress(['127.0.0.1:1', '127.0.0.3:1'])).toBe('127.0.0.2');
  });
});
