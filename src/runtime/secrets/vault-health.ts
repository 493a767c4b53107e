/** How vaults are: what their providers say, and what is still to be done there. Reads no value. */
import type { VaultHealth } from '../../ports/vault.ts';
import type { SecretContext } from './context.ts';
import { faultOf } from './fault-error.ts';
import { operationsOf } from './operation-files.ts';
import { readRegistry } from './registry.ts';
import { keyBefore } from './secret-records.ts';
import { defaultVault, readVaultStates, stateOf } from './vault-states.ts';

export interface VaultReport extends Omit<VaultHealth, 'fault'> {
  readonly vault: string;
  readonly provider: string;
  readonly isDefault: boolean;
  readonly disabledAt: string | null;
  /** Keys of secrets that something is still to be taken away of. */
  readonly cleanUps: readonly string[];
  /** Keys that an earlier command did not bring to its end. */
  readonly unfinished: readonly string[];
}

export async function vaultHealth(ctx: SecretContext, name: string): Promise<VaultReport> {
  const { plan, identity } = ctx.pool.named(name);
  const states = readVaultStates(ctx.places);
  const { disabledAt } = stateOf(states, { identity });
  const left = leftAt(ctx, name, identity);
  const { fault: _, ...said } = disabledAt === null ? await askedHealth(ctx, name) : disabledHealth(name, disabledAt);
  return {
    vault: name,
    provider: plan.provider,
    isDefault: defaultVault(states, ctx.pool.all)?.identity === identity,
    disabledAt,
    cleanUps: left.cleanUps,
    unfinished: left.unfinished,
    ...(left.health && (said.status === 'ready' || said.status === 'warning') ? left.health : said),
  };
}

async function askedHealth(ctx: SecretContext, name: string): Promise<VaultHealth> {
  try {
    return await (await ctx.pool.open(name)).health();
  } catch (error) {
    return healthOf(error);
  }
}

const healthOf = (error: unknown): VaultHealth => {
  const { detail, message, remedy } = faultOf(error);
  return { status: 'error', code: detail, message, guidance: [remedy] };
};

const disabledHealth = (name: string, disabledAt: string): VaultHealth => ({
  status: 'disabled',
  code: 'disabled',
  message: `the vault is disabled since ${disabledAt}`,
  guidance: [`\`headgate secrets vaults enable ${name}\` lets it be used again`],
});

interface Left extends Pick<VaultReport, 'cleanUps' | 'unfinished'> {
  readonly health?: VaultHealth;
}

function leftAt(ctx: SecretContext, name: string, identity: string): Left {
  try {
    const cleanUps = readRegistry(ctx.places, identity).secrets.flatMap((one) => (one.cleanUp ? [keyBefore(one)] : []));
    const operations = operationsOf(ctx.places, identity);
    const unfinished = [...new Set(operations.map(({ key }) => key))];
    if (cleanUps.length + unfinished.length === 0) return { cleanUps, unfinished };
    const message = `earlier commands left something to be done at ${[...new Set([...cleanUps, ...unfinished])].join(', ')}`;
    // Only its value can bring to its end what may not have been stored.
    const unwritten = new Set(operations.flatMap(({ step, key }) => (step === 'write' ? [key] : [])));
    const others = [...cleanUps, ...unfinished].some((key) => !unwritten.has(key));
    const guidance = [
      ...(others ? ['`headgate secrets rotate --resume VAULT/KEY` does it, and so does `set` or `delete`'] : []),
      ...[...unwritten].map((key) => `give its value again: \`headgate secrets set ${name}/${key}\`, or delete it`),
    ];
    return { cleanUps, unfinished, health: { status: 'warning', code: 'clean_up_pending', message, guidance } };
  } catch (error) {
    return { cleanUps: [], unfinished: [], health: healthOf(error) };
  }
}
