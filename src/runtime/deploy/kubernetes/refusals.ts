/** Why a run in a cluster cannot go on, and what was found out about the cluster. */
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';

export function factsIn(text: string): JsonObject {
  try {
    const { clientVersion, serverVersion } = JSON.parse(text) as Record<
      string,
      { readonly gitVersion?: string } | undefined
    >;
    return { kubectl: clientVersion?.gitVersion ?? null, kubernetes: serverVersion?.gitVersion ?? null };
  } catch {
    return { kubectl: null };
  }
}

export const unconfirmed = (left: readonly string[]): Blocked => ({
  gate: 'prune_unconfirmed',
  subject: 'kubernetes',
  reasons: [`these are in the namespace and not in the plan, and would be deleted: ${left.join(', ')}`],
  remedy: 'give --yes where they may go; another scenario belongs into another namespace',
});

export const unproven = (reason: string): Blocked => ({
  gate: 'enforcement_unproven',
  subject: 'kubernetes',
  reasons: [`the canary did not find that the cluster holds network policies: ${reason}`],
  remedy:
    'see that its network plugin enforces NetworkPolicy and that the image of the canary can be pulled, and run it again',
});

export const undone = (policies: readonly string[]): Blocked => ({
  gate: 'enforcement_unproven',
  subject: 'kubernetes',
  reasons: [`these network policies were applied, and are gone or others by now: ${policies.join(', ')}`],
  remedy: 'find out who takes them away or changes them in the namespace, and run it again',
});
