/** A vault for a KV engine, opened on a real OpenBao server with the policy that the documents show; requests can be lost on the way. */

import { randomUUID } from 'node:crypto';
import { openKvVault } from '../../src/adapters/vaults/kv/open.ts';
import { type Pace, usualPace } from '../../src/adapters/vaults/kv/pace.ts';
import type { KvVault } from '../../src/ir/plan-vault-schema.ts';
import type { SecretVersion } from '../../src/language/secrets/reference.ts';
import type { Vault, VaultAnswer } from '../../src/ports/vault.ts';
import { byOperator } from '../../src/runtime/authority/authority.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type OpenBao, startOpenBao } from '../support/openbao.ts';
import { openBaoPolicy } from '../support/openbao-policy.ts';

export interface KvFixture {
  readonly bao: OpenBao;
  readonly proxy: CuttingProxy;
  /** Anew each time, as another process would. */
  readonly open: (options?: Partial<KvVault>, token?: string) => Vault;
  /** With one version, by headgate. */
  readonly made: (vault: Vault) => Promise<string>;
  readonly metadataOf: (path: string) => Promise<SecretMetadata | undefined>;
  /** By somebody else. */
  readonly put: (path: string, data: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

interface SecretMetadata {
  readonly current_version: number;
  readonly custom_metadata: Readonly<Record<string, string>> | null;
}

export async function startKvFixture(): Promise<KvFixture> {
  const bao = await startOpenBao();
  const proxy = await startCuttingProxy(bao.address);
  const usual = await bao.tokenFor(openBaoPolicy());
  const opened: Vault[] = [];
  const pace: Pace = { ...usualPace, wait: async () => undefined };
  const open: KvFixture['open'] = (options = {}, token = usual) => {
    const settings: KvVault = {
      provider: 'vault',
      address: proxy.address,
      mount: 'secret',
      auth: { method: 'token', tokenEnv: 'BAO_TOKEN' },
      ...options,
    };
    const env = { BAO_TOKEN: token };
    const vault = openKvVault('bao', settings, { folder: '/', home: '/', env, now: Date.now }, pace);
    opened.push(vault);
    return vault;
  };
  return {
    bao,
    proxy,
    open,
    made: async (vault) => {
      const key = freshKey();
      found(await vault.create(key, 'first', write()));
      return key;
    },
    metadataOf: async (path) => {
      const { status, body } = await bao.ask('GET', `secret/metadata/${path}`);
      return status === 404 ? undefined : (body['data'] as SecretMetadata);
    },
    put: (path, data) => bao.api('POST', `secret/data/${path}`, { data }),
    stop: async () => {
      for (const vault of opened) await vault.close();
      proxy.close();
      await bao.stop();
    },
  };
}

export const write = () => ({ token: randomUUID(), on: byOperator });
export const freshKey = () => `team/app-${randomUUID()}`;
export const canary = () => `canary-${randomUUID()}`;

export const found = <T>(answer: VaultAnswer<T>): T => {
  if ('fault' in answer) throw new Error(JSON.stringify(answer.fault));
  return answer.value;
};
export const faultOf = <T>(answer: VaultAnswer<T>) =>
  'fault' in answer ? `${answer.fault.code}/${answer.fault.detail}` : 'none';

export const resolved = async (vault: Vault, key: string, version?: SecretVersion): Promise<string> => {
  const answer = await vault.resolve({ key, ...(version ? { version } : {}) });
  return 'value' in answer ? answer.value.text : faultOf(answer);
};
