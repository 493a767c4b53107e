/** What import asks of a vault: to list, and to say what it guards. */
import type { Vault } from '../../../ports/vault.ts';
import type { UsableVault } from '../context.ts';
import { faultError, granted } from '../fault-error.ts';

export type Importable = Required<Pick<Vault, 'discover' | 'guardOf'>>;

export const refuse = (detail: string, message: string, remedy: string): Error =>
  faultError('invalid_request', detail, message, remedy);

/** Throws a fault for a vault that nothing can be imported from. */
export function importable({ name, vault: { discover, guardOf } }: UsableVault): Importable {
  if (discover && guardOf) return { discover, guardOf };
  throw refuse(
    'import_unsupported',
    `nothing can be imported from vault \`${name}\``,
    'name a vault of AWS Secrets Manager, HashiCorp Vault or OpenBao',
  );
}

export const managedKeys = async ({ vault }: UsableVault): Promise<ReadonlySet<string>> =>
  new Set(granted(await vault.list()));
