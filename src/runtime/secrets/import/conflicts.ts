/** What keeps a secret of a provider from being imported. */
import type { Registry } from '../registry-form.ts';
import { liveSecrets } from '../secret-records.ts';

export const conflictTypes = ['exact_reference', 'name', 'key', 'provider_guardrail'] as const;

export interface Conflict {
  readonly type: (typeof conflictTypes)[number];
  readonly message: string;
  /** Id of the record that is there. */
  readonly existingSecretId?: string;
}

/** What it is to be imported as. */
export interface Wanted {
  readonly externalRef: string;
  readonly name: string;
  readonly key: string;
}

export interface Surroundings {
  readonly registry: Registry;
  /** Keys that headgate manages at the provider: what has no record there is given out all the same. */
  readonly managed: ReadonlySet<string>;
  /** Why the provider does not want it to be imported. */
  readonly guardOf: (externalRef: string) => string | null;
}

/** What was imported already is nothing else besides. O(records). */
export function conflictsOf({ registry, managed, guardOf }: Surroundings, wanted: Wanted): readonly Conflict[] {
  const { externalRef, name, key } = wanted;
  const live = liveSecrets(registry);
  const same = live.find((one) => one.externalRef === externalRef);
  if (same)
    return [
      { type: 'exact_reference', message: `it is imported already as \`${same.key}\``, existingSecretId: same.id },
    ];
  const conflicts: Conflict[] = [];
  const guard = guardOf(externalRef);
  if (guard !== null) conflicts.push({ type: 'provider_guardrail', message: guard });
  const named = live.find((one) => one.name === name);
  if (named)
    conflicts.push({ type: 'name', message: `a secret is called \`${name}\` already`, existingSecretId: named.id });
  const keyed = live.find((one) => one.key === key);
  if (keyed)
    conflicts.push({ type: 'key', message: `there is a secret under the key \`${key}\``, existingSecretId: keyed.id });
  else if (managed.has(key))
    conflicts.push({ type: 'key', message: `the vault has a secret of its own under the key \`${key}\`` });
  return conflicts;
}
