import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanVault } from '../../../../src/ir/plan-vault-schema.ts';
import { vaultIdentity } from '../../../../src/runtime/secrets/places.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const local = (file: string): PlanVault => ({ provider: 'local_encrypted', file, key: { file: './k' } });
const aws = (more: object = {}): PlanVault => ({ provider: 'aws_secrets_manager', region: 'eu-west-1', ...more });
const kv = (address: string, mount = 'secret'): PlanVault => ({
  provider: 'vault',
  address,
  mount,
  auth: { method: 'token', tokenEnv: 'T' },
});

describe('the identity of a vault', () => {
  const place = { folder: temp.path, home: join(temp.path, 'home') };
  const of = (vault: PlanVault): string => vaultIdentity(vault, place);

  it('is where a file lies, whichever way leads there, and not what opens it', () => {
    mkdirSync(join(temp.path, 'real'));
    symlinkSync(join(temp.path, 'real'), join(temp.path, 'link'));
    const one = of(local('./real/v'));
    expect(of(local('real/../link/v'))).toBe(one);
    expect(of(local(join(temp.path, 'real', 'v')))).toBe(one);
    expect(vaultIdentity(local('v'), { ...place, folder: join(temp.path, 'link') })).toBe(one);
    expect(of({ ...local('real/v'), default: true, key: { passphraseEnv: 'P' } } as PlanVault)).toBe(one);
    expect(of(local('~/v'))).toBe(of(local('home/v')));
    expect(of(local('other'))).not.toBe(one);
  });

  it('is region, endpoint, prefix and namespace in AWS', () => {
    const all = [
      aws(),
      aws({ region: 'us-east-1' }),
      aws({ endpoint: 'http://[::1]:1' }),
      aws({ prefix: 'p' }),
      aws({ namespace: 'n' }),
    ];
    expect(new Set(all.map(of)).size).toBe(all.length);
    expect(of(aws({ prefix: 'headgate' }))).toBe(of(aws()));
    expect(of(aws({ default: true }))).toBe(of(aws()));
    // Where none is given, names are made with this one.
    expect(of(aws({ namespace: 'default' }))).toBe(of(aws()));
  });

  it('is address and mount of a server', () => {
    expect(of(kv('https://v.example/'))).toBe(of(kv('https://v.example')));
    expect(of(kv('https://v.example', '/secret/'))).toBe(of(kv('https://v.example')));
    expect(of(kv('https://v.example', 'other'))).not.toBe(of(kv('https://v.example')));
  });

  it('is a name for a folder', () => {
    for (const vault of [local('v'), aws(), kv('http://a')]) expect(of(vault)).toMatch(/^[0-9a-f]{32}$/);
  });
});
