/** A process of its own that opens a local vault, does what standard input says, and prints the answers. Bundled by `vault-process.ts`. */

import { openLocalVault } from '../../../src/adapters/vaults/local-encrypted/open.ts';
import { byOperator } from '../../../src/runtime/authority/authority.ts';

export type VaultStep =
  | readonly ['create' | 'putPending', string, string, string]
  | readonly ['promote' | 'discard', string, string, string]
  | readonly ['remove', string, string]
  | readonly ['resolve', string, number?]
  | readonly ['list'];

let input = '';
for await (const chunk of process.stdin) input += chunk;
const { folder, steps } = JSON.parse(input) as { readonly folder: string; readonly steps: readonly VaultStep[] };
const vault = openLocalVault(
  'local',
  { provider: 'local_encrypted', file: './secrets.vault', key: { file: '~/keys/local.key' } },
  { folder, home: `${folder}/home`, env: process.env, now: Date.now },
);

const done = async (step: VaultStep): Promise<unknown> => {
  switch (step[0]) {
    case 'create':
      return vault.create(step[1], step[2], { token: step[3], on: byOperator });
    case 'putPending':
      return vault.putPending(step[1], step[2], { token: step[3], on: byOperator });
    case 'promote':
      return vault.promote(step[1], step[2], { token: step[3], on: byOperator });
    case 'discard':
      return vault.discard(step[1], step[2], { token: step[3], on: byOperator });
    case 'remove':
      return vault.remove(step[1], { token: step[2], on: byOperator });
    case 'resolve':
      return vault.resolve({ key: step[1], ...(step[2] === undefined ? {} : { version: { number: step[2] } }) });
    case 'list':
      return vault.list();
  }
};
for (const step of steps) process.stdout.write(`${JSON.stringify(await done(step))}\n`);
