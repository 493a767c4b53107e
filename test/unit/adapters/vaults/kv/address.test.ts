import { describe, expect, it } from 'vitest';
import { mountFault, readAddress } from '../../../../../src/adapters/vaults/kv/address.ts';
import { openKvVault } from '../../../../../src/adapters/vaults/kv/open.ts';
import { byOperator } from '../../../../../src/runtime/authority/authority.ts';

const secret = 'canary-in-the-address';

describe('an address', () => {
  it.each([
    ['https://vault.example:8200', 'https://vault.example:8200'],
    ['https://vault.example:8200/', 'https://vault.example:8200'],
    ['https://vault.example:443', 'https://vault.example'],
    ['HTTPS://Vault.Example', 'https://vault.example'],
    ['http://127.0.0.1:8200', 'http://127.0.0.1:8200'],
    ['http://127.9.8.7', 'http://127.9.8.7'],
    ['http://localhost:8200', 'http://localhost:8200'],
    ['http://[::1]:8200', 'http://[::1]:8200'],
  ])('%s is an origin', (address, origin) => {
    expect(readAddress(address)).toEqual({ origin });
  });

  it.each([
    `https://user:${secret}@vault.example`,
    `https://${secret}@vault.example`,
    `https://vault.example?token=${secret}`,
    'https://vault.example?',
    `https://vault.example#${secret}`,
    'https://vault.example/v1',
    'https://vault.example//',
    'https://vault.example\\@other.example',
    'https:/vault.example',
    'https:///vault.example',
    ' https://vault.example',
    'https://vault\n.example',
    'file:///etc/passwd',
    'unix:///run/vault.sock',
    'ftp://vault.example',
    'vault.example:8200',
    '',
    'https://',
    // In clear text, and not to this machine.
    'http://vault.example:8200',
    'http://10.0.0.1:8200',
    'http://0.0.0.0:8200',
    'http://[::]:8200',
    'http://[::ffff:10.0.0.1]',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://localhost.',
    'http://169.254.169.254',
  ])('%j is refused, and not quoted', (address) => {
    const read = readAddress(address);
    expect(read).toMatchObject({ fault: { code: 'invalid_request', detail: 'address_refused' } });
    expect(JSON.stringify(read)).not.toContain(secret);
  });

  it('that is refused refuses all that is asked', async () => {
    const auth = { method: 'token', tokenEnv: 'T' } as const;
    const vault = openKvVault(
      'bao',
      { provider: 'vault', address: 'http://vault.example', mount: 'secret', auth },
      { folder: '/', home: '/', env: { T: 'x' }, now: () => 0 },
    );
    const fault = { fault: { code: 'invalid_request', detail: 'address_refused' } };
    const write = { token: 't', on: byOperator };
    expect(await vault.health()).toMatchObject({ status: 'error', code: 'address_refused' });
    for (const answer of [
      vault.resolve({ key: 'a' }),
      vault.list(),
      vault.create('a', 'b', write),
      vault.putPending('a', 'b', write),
      vault.promote('a', '1', write),
      vault.discard('a', '1', write),
      vault.remove('a', write),
      vault.discover?.({ pageSize: 1 }),
    ])
      expect(await answer).toMatchObject(fault);
    await vault.close();
  });
});

describe('a mount', () => {
  it.each(['secret', 'kv-2', 'team/secret', 'a.b_c'])('%s can be one', (mount) => {
    expect(mountFault(mount)).toBeNull();
  });
  it.each([
    '',
    '/',
    'secret/',
    '/secret',
    'a//b',
    '..',
    'a/../sys',
    '.',
    'a b',
    'a%2fb',
    'a?b',
    'a#b',
    'ä',
    'x'.repeat(129),
  ])('%j is refused', (mount) => {
    expect(mountFault(mount)).toMatchObject({ code: 'invalid_request', detail: 'mount_refused' });
  });
});
