/** What the plan itself grants: every edge, every storage, every way out, every export, every way to the run itself. There is no other way to anything. */

import type { WiredEdge } from '../../plan/wiring/edges.ts';
import type { Grant } from '../../ports/environment.ts';
import type { ComponentSpec } from '../component.ts';

/** What one subject is granted, and the components that cannot start before it is. */
export interface GrantSet {
  /** A moniker, or `exports.NAME`. */
  readonly subject: string;
  readonly grants: readonly Grant[];
  readonly users: readonly string[];
}

const exportSubject = (name: string): string => `exports.${name}`;

/** Of components in their order, then of exports. One without any grant has no set. O(components + edges). */
export function grantsOf(components: readonly ComponentSpec[], edges: readonly WiredEdge[]): readonly GrantSet[] {
  const sets = new Map<string, { readonly grants: Grant[]; readonly users: string[] }>();
  const setOf = (subject: string): { readonly grants: Grant[]; readonly users: string[] } => {
    const known = sets.get(subject) ?? { grants: [], users: [] };
    sets.set(subject, known);
    return known;
  };
  for (const { moniker } of components) setOf(moniker).users.push(moniker);
  for (const { key, from, to } of edges) {
    // What a component binds to itself needs no way around.
    if (from.kind === 'component' && to.kind === 'slot' && from.moniker === to.moniker) continue;
    const set = setOf(to.kind === 'slot' ? to.moniker : exportSubject(to.name));
    set.grants.push(to.kind === 'slot' ? { kind: 'edge', edge: key } : { kind: 'export', name: to.name, edge: key });
    if (from.kind === 'component') set.users.push(from.moniker);
  }
  for (const { moniker, storage, egress, cache, control, image } of components) {
    const { grants } = setOf(moniker);
    if (image !== undefined) grants.push({ kind: 'container', image });
    for (const { id } of storage) grants.push({ kind: 'storage', id });
    if (egress) grants.push({ kind: 'egress', to: [...egress.grants] });
    if (control) grants.push({ kind: 'control' });
    if (cache) grants.push({ kind: 'cache', ...cache });
  }
  return [...sets].flatMap(([subject, { grants, users }]) =>
    grants.length === 0 ? [] : [{ subject, grants, users: [...new Set(users)] }],
  );
}
