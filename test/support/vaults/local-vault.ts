/** A vault in a folder of a test. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLocalVault } from '../../../src/adapters/vaults/local-encrypted/open.ts';
import type { Vault, VaultAnswer, VaultFault, Write } from '../../../src/ports/vault.ts';
import { byOperator } from '../../../src/runtime/authority/authority.ts';

export interface LocalVaultPlace {
  readonly folder: string;
  readonly file: string;
  readonly backup: string;
  readonly keyFile: string;
  readonly open: (env?: Readonly<Record<string, string | undefined>>) => Vault;
  readonly text: () => string;
}

export function localVaultIn(folder: string, passphraseEnv?: string): LocalVaultPlace {
  mkdirSync(join(folder, 'home'), { recursive: true });
  const key = passphraseEnv === undefined ? { file: '~/keys/local.key' } : { passphraseEnv };
  const file = join(folder, 'secrets.vault');
  return {
    folder,
    file,
    backup: `${file}.backup`,
    keyFile: join(folder, 'home/keys/local.key'),
    open: (env = {}) =>
      openLocalVault(
        'local',
        { provider: 'local_encrypted', file: './secrets.vault', key },
        { folder, home: join(folder, 'home'), env, now: () => Date.UTC(2026, 0, 1) },
      ),
    text: () => readFileSync(file, 'utf8'),
  };
}

export const newToken = (): Write => ({ token: randomUUID(), on: byOperator });

export function answerOf<T>(answer: VaultAnswer<T>): T {
  if ('fault' in answer) throw new Error(`${answer.fault.code} ${answer.fault.detail}: ${answer.fault.message}`);
  return answer.value;
}

export function faultOf(answer: VaultAnswer<unknown>): VaultFault {
  if (!('fault' in answer)) throw new Error('there is no fault');
  return answer.fault;
}
