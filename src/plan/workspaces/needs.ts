/** Which finalize each component and each copy waits for, and where that can never come. Pure. */
import { compareText } from '../../base/order.ts';
import { type CopyOf, copiesOf, copyOfUser, type WorkspacePlan } from './copies.ts';

export interface Needing {
  readonly moniker: string;
  /** Strong providers. */
  readonly after: readonly string[];
}

/** It is finalized when those who use it are no longer there, and not while the run goes on. */
export const isLate = ({ services }: Pick<CopyOf, 'services'>): boolean => services.length > 0;

/** Copies whose finalize this component needs: those of its providers that are tasks, but for the one that it works on itself. O(after). */
export function finalizedBefore(copies: readonly CopyOf[], { moniker, after }: Needing): readonly CopyOf[] {
  const found = after.flatMap((provider) => {
    const copy = copyOfUser(copies, provider);
    return copy?.tasks.includes(provider) && !copy.users.includes(moniker) && !isLate(copy) ? [copy] : [];
  });
  return [...new Set(found)];
}

export interface NeverFinalized {
  /** Of the copy. */
  readonly id: string;
  readonly workspace: string;
  /** Who needs what was written there. */
  readonly moniker: string;
  /** `itself`: it works on that copy, so it would wait for its own end. `service`: a service works on that copy until the run ends. */
  readonly why: { readonly kind: 'itself' } | { readonly kind: 'service'; readonly service: string };
}

/** O(copies × (components + edges)). */
export function neverFinalized(copies: readonly CopyOf[], components: readonly Needing[]): readonly NeverFinalized[] {
  const found = [...components.flatMap((one) => lateFor(copies, one)), ...waitingForThemselves(copies, components)];
  return found.sort((a, b) => compareText(`${a.id} ${a.moniker}`, `${b.id} ${b.moniker}`));
}

/** As the edges of the plan have it. */
export function neverFinalizedIn(
  plan: WorkspacePlan & {
    readonly edges: readonly {
      readonly from: { readonly kind: string; readonly component?: string };
      readonly to: { readonly component: string };
      readonly weak: boolean;
    }[];
  },
): readonly NeverFinalized[] {
  const copies = copiesOf(plan);
  if (copies.length === 0) return [];
  const after = new Map<string, Set<string>>(plan.components.map(({ moniker }) => [moniker, new Set<string>()]));
  for (const { from, to, weak } of plan.edges)
    if (from.kind === 'component' && from.component !== undefined && from.component !== to.component && !weak)
      after.get(to.component)?.add(from.component);
  return neverFinalized(
    copies,
    [...after].map(([moniker, providers]) => ({ moniker, after: [...providers] })),
  );
}

function lateFor(copies: readonly CopyOf[], { moniker, after }: Needing): readonly NeverFinalized[] {
  const late = after.flatMap((provider): NeverFinalized[] => {
    const copy = copyOfUser(copies, provider);
    const service = copy?.services[0];
    if (!copy?.tasks.includes(provider) || copy.users.includes(moniker) || service === undefined) return [];
    return [{ id: copy.id, workspace: copy.workspace, moniker, why: { kind: 'service', service } }];
  });
  return late.slice(0, 1);
}

/**
 * A user of a copy that needs its finalize, by whatever way, while the finalize needs the end of the user. Who else waits in the same
 * circle is not told, where somebody closes it.
 */
function waitingForThemselves(copies: readonly CopyOf[], components: readonly Needing[]): readonly NeverFinalized[] {
  const needs = needsOf(copies, components);
  const among = (some: readonly CopyOf[], own: boolean): readonly NeverFinalized[] =>
    some.flatMap(({ id, workspace, tasks }) =>
      tasks
        .filter((moniker) => reaches(needs, moniker, `finalize ${id}`, own ? `prepare ${id}` : undefined))
        .map((moniker) => ({ id, workspace, moniker, why: { kind: 'itself' } as const })),
    );
  const closing = among(
    copies.filter(({ users }) => users.length > 1),
    true,
  );
  return closing.length > 0 ? closing : among(copies, false);
}

/** Monikers, `prepare ID` and `finalize ID`, each with what it needs. */
function needsOf(copies: readonly CopyOf[], components: readonly Needing[]): ReadonlyMap<string, readonly string[]> {
  const needs = new Map<string, string[]>();
  for (const one of components) {
    const copy = copyOfUser(copies, one.moniker);
    const finalized = finalizedBefore(copies, one).map(({ id }) => `finalize ${id}`);
    needs.set(one.moniker, [...one.after, ...finalized, ...(copy ? [`prepare ${copy.id}`] : [])]);
    if (copy) needs.set(`prepare ${copy.id}`, [...(needs.get(`prepare ${copy.id}`) ?? []), ...finalized]);
  }
  for (const { id, tasks } of copies) needs.set(`finalize ${id}`, [...tasks]);
  return needs;
}

/** `without` is not gone through. O(needs). */
function reaches(
  needs: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
  without: string | undefined,
): boolean {
  const seen = new Set<string | undefined>([from, without]);
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const one of needs.get(next) ?? []) {
      if (one === to) return true;
      if (!seen.has(one)) open.push(one);
      seen.add(one);
    }
  }
  return false;
}
