/** A program that asks a vault of AWS for one thing, told on standard input. It is killed at will. */

import { text } from 'node:stream/consumers';
import { openAwsVault } from '../../../src/adapters/vaults/aws/open.ts';
import type { Vault } from '../../../src/ports/vault.ts';
import { byOperator } from '../../../src/runtime/authority/authority.ts';

export interface OneStep {
  readonly work: 'create' | 'putPending' | 'promote' | 'discard' | 'remove';
  readonly endpoint: string;
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly key: string;
  readonly value: string;
  readonly version: string;
  readonly token: string;
}

const { work, endpoint, namespace, env, key, value, version, token } = JSON.parse(await text(process.stdin)) as OneStep;
const vault = openAwsVault(
  'cloud',
  { provider: 'aws_secrets_manager', region: 'eu-west-1', endpoint, namespace },
  { folder: '/', home: '/nonexistent', env, now: Date.now },
);
const steps: Readonly<Record<OneStep['work'], (vault: Vault) => Promise<unknown>>> = {
  create: () => vault.create(key, value, { token, on: byOperator }),
  putPending: () => vault.putPending(key, value, { token, on: byOperator }),
  promote: () => vault.promote(key, version, { token, on: byOperator }),
  discard: () => vault.discard(key, version, { token, on: byOperator }),
  remove: () => vault.remove(key, { token, on: byOperator }),
};
process.stdout.write(JSON.stringify(await steps[work](vault)));
await vault.close();
