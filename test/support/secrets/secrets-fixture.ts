/** Secrets of vaults in memory, with their records in a folder of the test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VaultPlace } from '../../../src/adapters/vaults/place.ts';
import type { SecretConsumer } from '../../../src/ports/secrets.ts';
import type { Vault, VaultAnswer } from '../../../src/ports/vault.ts';
import { createSecretContext, type SecretContext } from '../../../src/runtime/secrets/context.ts';
import { FaultError } from '../../../src/runtime/secrets/fault-error.ts';
import { openSecrets } from '../../../src/runtime/secrets/open.ts';
import { localPlan, type MemoryOptions, type MemoryStore, memoryStore, memoryVault } from './memory-vault.ts';

export const component: SecretConsumer = { type: 'component', id: '/a', path: '/token', run: 'r1' };

export interface Fixture {
  readonly stateDir: string;
  readonly store: MemoryStore;
  readonly notices: string[];
  /** Names of the vaults that were opened, in their order. */
  readonly opened: string[];
  readonly calls: () => readonly string[];
  readonly context: () => SecretContext;
  readonly secrets: () => ReturnType<typeof openSecrets>;
}

export interface FixtureOptions extends MemoryOptions {
  readonly stateDir: string;
  readonly store?: MemoryStore;
  readonly vaults?: readonly string[];
  readonly defaultVault?: string;
  readonly auditPatience?: number;
  readonly openFails?: () => Error | undefined;
}

export function secretsFixture(options: FixtureOptions): Fixture {
  const { stateDir, store = memoryStore(), vaults = ['local'], defaultVault, auditPatience, openFails } = options;
  const notices: string[] = [];
  const opened: string[] = [];
  const made: (Vault & { readonly calls: readonly string[] })[] = [];
  let time = Date.UTC(2030, 0, 1);
  const place: VaultPlace = { folder: '/nonexistent', home: '/nonexistent', env: {}, now: () => (time += 1000) };
  const given = {
    vaults: Object.fromEntries(vaults.map((name) => [name, localPlan(name, name === defaultVault)])),
    place,
    stateDir,
    notice: (text: string) => void notices.push(text),
    ...(auditPatience === undefined ? {} : { auditPatience }),
    open: async (name: string) => {
      opened.push(name);
      const error = openFails?.();
      if (error) throw error;
      const vault = memoryVault(name, store, options);
      made.push(vault);
      return vault;
    },
  };
  return {
    stateDir,
    store,
    notices,
    opened,
    calls: () => made.flatMap(({ calls }) => calls),
    context: () => createSecretContext(given),
    secrets: () => openSecrets(given),
  };
}

/** `value`, or the code and the detail of the fault. */
export async function endOf<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FaultError) return `${error.fault.code}/${error.fault.detail}`;
    throw error;
  }
}

export const answerOf = <T>(answer: VaultAnswer<T>): T | string =>
  'value' in answer ? answer.value : `${answer.fault.code}/${answer.fault.detail}`;

/** All that stands in files below a folder. */
export const textBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
    .join('\n');
