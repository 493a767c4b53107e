/**
 * Imports secrets of a provider: as references to where they are, which stay there and are never written or deleted by headgate. No value
 * is read. What a preview said may be old, so that everything is looked at again while nobody else changes the records.
 */
import type { SecretConsumer } from '../../../ports/secrets.ts';
import { lossText, type SecretContext, type UsableVault, usableVault } from '../context.ts';
import { faultOf } from '../fault-error.ts';
import { changeRegistry, type OpenRegistry } from '../registry.ts';
import type { Registry, SecretRecord } from '../registry-form.ts';
import { newSecret, withSecret } from '../secret-records.ts';
import { type Conflict, conflictsOf } from './conflicts.ts';
import type { ImportRow } from './rows.ts';
import { importable, managedKeys } from './vault.ts';

export interface RowResult {
  readonly externalRef: string;
  readonly name: string;
  readonly key: string;
  readonly status: 'imported' | 'skipped' | 'error';
  /** Null where it was imported. */
  readonly reason: string | null;
  /** Of its record; null where there is none. */
  readonly secretId: string | null;
  readonly conflicts: readonly Conflict[];
}

export interface ImportResult {
  readonly importedCount: number;
  readonly skippedCount: number;
  readonly errorCount: number;
  /** In the order of the rows. */
  readonly results: readonly RowResult[];
}

/** Throws a fault where nothing could be looked at. */
export async function commitImport(
  ctx: SecretContext,
  vault: string,
  rows: readonly ImportRow[],
): Promise<ImportResult> {
  let results: readonly RowResult[];
  try {
    const target = await usableVault(ctx, vault);
    importable(target);
    const managed = await managedKeys(target);
    results = await changeRegistry(ctx.places, target.identity, async (open) =>
      importRows(ctx, target, open, managed, rows),
    );
  } catch (error) {
    const { code, detail } = faultOf(error);
    await tell(ctx, vault, [{ key: null, errorCode: `${code}/${detail}` }]);
    throw error;
  }
  await tell(
    ctx,
    vault,
    results.flatMap(({ status, key }) =>
      status === 'skipped' ? [] : [{ key, errorCode: status === 'error' ? 'provider_error/not_recorded' : null }],
    ),
  );
  const count = (status: RowResult['status']): number => results.filter((one) => one.status === status).length;
  return { importedCount: count('imported'), skippedCount: count('skipped'), errorCount: count('error'), results };
}

/** All at once, or none: a row that would be recorded and not told of could not be imported again. */
function importRows(
  ctx: SecretContext,
  target: UsableVault,
  open: OpenRegistry,
  managed: ReadonlySet<string>,
  rows: readonly ImportRow[],
): readonly RowResult[] {
  const { guardOf } = importable(target);
  const at = ctx.time();
  let registry: Registry = open.registry;
  const results = rows.map((row): RowResult => {
    const { externalRef, name, key } = row;
    const conflicts = conflictsOf({ registry, managed, guardOf }, row);
    if (conflicts.length > 0) {
      const [first] = conflicts;
      return {
        externalRef,
        name,
        key,
        status: 'skipped',
        reason: first?.message ?? null,
        secretId: first?.existingSecretId ?? null,
        conflicts,
      };
    }
    const secret = recordOf(row, at);
    registry = withSecret(registry, secret);
    return { externalRef, name, key, status: 'imported', reason: null, secretId: secret.id, conflicts };
  });
  if (registry === open.registry) return results;
  try {
    open.save(registry);
    return results;
  } catch (error) {
    const reason = faultOf(error).message;
    return results.map((one) =>
      one.status === 'imported' ? { ...one, status: 'error', reason, secretId: null } : one,
    );
  }
}

/** The version that the provider had then is the first one; without a version, a reference goes with the provider. */
function recordOf({ externalRef, name, key, description, providerVersionRef }: ImportRow, at: string): SecretRecord {
  const secret = newSecret({ key, name, description, externalRef }, at);
  if (providerVersionRef === null) return secret;
  const version = { number: 1, providerVersion: providerVersionRef, fingerprint: null, createdAt: at, revokedAt: null };
  return { ...secret, versions: [{ ...version, status: 'current' }] };
}

const operator: SecretConsumer = { type: 'operator', id: 'operator', path: null, run: null };

async function tell(
  { audit, notice }: SecretContext,
  vault: string,
  events: readonly { readonly key: string | null; readonly errorCode: string | null }[],
): Promise<void> {
  const lost = await Promise.all(
    events.map(({ key, errorCode }) =>
      audit.tell({
        actor: 'operator',
        consumer: operator,
        vault,
        key,
        version: null,
        action: 'import',
        outcome: errorCode === null ? 'success' : 'failure',
        errorCode,
      }),
    ),
  );
  const reason = lost.find((one) => one !== undefined);
  if (reason !== undefined) notice(lossText(reason));
}
