/** The edges and exports of an IR, held against the components that they name. */
import { type JsonObject, own } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import { edgeId, numberRepeats } from '../../ir/edge-id.ts';
import type { Component, Edge, EdgeSource, ScenarioExport } from '../../ir/graph.ts';
import { edgesInto, indexGraph, monikerOf, strongCircles } from '../../ir/graph-index.ts';
import type { Capability } from '../../ir/manifest.ts';
import type { Pointer } from '../syntax/pointer.ts';
import type { ReadComponents } from './components.ts';
import { mountsOf } from './program.ts';
import type { Fail } from './report.ts';

interface Written {
  readonly from: JsonObject;
  readonly to: { readonly component: number; readonly slot: string };
  readonly weak: boolean;
}
interface WrittenExport {
  readonly name: string;
  readonly capability: { readonly kind: Capability['kind']; readonly profile?: string | null };
  readonly from: { readonly component: number; readonly provide: string };
}

const show = ({ kind, profile }: Capability): string =>
  profile === null ? `\`${kind}\`` : `\`${kind}\` (profile \`${profile}\`)`;
const same = (a: Capability, b: Capability): boolean => a.kind === b.kind && a.profile === b.profile;

export function readEdges(document: JsonObject, read: ReadComponents, fail: Fail): readonly Edge[] {
  const { components } = read;
  const edges = (document['bindings'] as unknown as readonly Written[]).flatMap((binding, index): readonly Edge[] => {
    const at: Pointer = ['bindings', index];
    const to = componentOf(binding.to.component, read, [...at, 'to', 'component'], fail);
    const slot = to && own(to.slots, binding.to.slot);
    if (to && !slot) fail([...at, 'to', 'slot'], `\`${to.moniker}\` has no slot \`${binding.to.slot}\``);
    const from = sourceOf(binding.from, read, [...at, 'from'], fail);
    if (!to || !slot || !from) return [];
    if (!same(from.capability, slot))
      fail(at, `the slot takes ${show(slot)}, and its source gives ${show(from.capability)}`);
    if (from.source.kind === 'external' && !binding.weak)
      fail([...at, 'weak'], 'a binding from outside the scenario is weak');
    const target = { component: to.id, slot: binding.to.slot };
    const id = edgeId(components, from.source, target, slot.multiple);
    const { kind, profile } = slot;
    return [{ from: from.source, to: target, capability: { kind, profile }, weak: binding.weak, id, hop: null }];
  });
  return numberRepeats(edges);
}

function componentOf(id: number, { components, ids }: ReadComponents, at: Pointer, fail: Fail): Component | undefined {
  const place = ids.get(id);
  if (place === undefined) fail(at, `there is no component with the id ${id}`);
  return place === undefined ? undefined : components[place];
}

interface Source {
  readonly source: EdgeSource;
  readonly capability: Capability;
}

/** Undefined after telling what is wrong. */
function sourceOf(from: JsonObject, read: ReadComponents, at: Pointer, fail: Fail): Source | undefined {
  const kind = from['kind'] as EdgeSource['kind'];
  if (kind === 'framework') {
    const authority = componentOf(from['authority_realm'] as number, read, [...at, 'authority_realm'], fail);
    const capability = from['capability'] as 'component' | 'docker' | 'kvm';
    return (
      authority && {
        source: { kind, authority: authority.id, capability },
        capability: { kind: capability, profile: null },
      }
    );
  }
  const external = kind === 'external';
  const place = (external ? from['slot'] : from) as JsonObject;
  const where = external ? [...at, 'slot'] : at;
  const component = componentOf(place['component'] as number, read, [...where, 'component'], fail);
  if (!component) return undefined;
  const field = external ? 'slot' : kind === 'component' ? 'provide' : 'resource';
  const name = place[field] as string;
  const found = own<Capability | { readonly kind: 'storage' }>(component[`${field}s`], name);
  if (!found) {
    fail([...where, field], `\`${component.moniker}\` has no ${field} \`${name}\``);
    return undefined;
  }
  if (external && component.parent !== null) {
    fail(where, 'only slots of the root lead out of the scenario');
    return undefined;
  }
  const capability: Capability = 'profile' in found ? found : { kind: found.kind, profile: null };
  const source = { kind, component: component.id, [field]: name } as unknown as EdgeSource;
  return { source, capability };
}

export function readExports(document: JsonObject, read: ReadComponents, fail: Fail): readonly ScenarioExport[] {
  const names = new Set<string>();
  const found = (document['exports'] as unknown as readonly WrittenExport[]).flatMap((item, index) => {
    const at: Pointer = ['exports', index];
    if (names.has(item.name)) fail([...at, 'name'], `another export is called \`${item.name}\``);
    names.add(item.name);
    const component = componentOf(item.from.component, read, [...at, 'from', 'component'], fail);
    const provide = component && own(component.provides, item.from.provide);
    if (component && !provide)
      fail([...at, 'from', 'provide'], `\`${component.moniker}\` has no provide \`${item.from.provide}\``);
    if (!component || !provide) return [];
    const capability: Capability = { kind: item.capability.kind, profile: item.capability.profile ?? null };
    if (!same(provide, capability))
      fail([...at, 'capability'], `the provide gives ${show(provide)}, and the export says ${show(capability)}`);
    return [{ name: item.name, capability, from: { component: component.id, provide: item.from.provide } }];
  });
  return sortedBy(found, ({ name }) => name);
}

/** What linking makes sure of, and an edited IR may break. */
export function checkEdges(edges: readonly Edge[], { components, pointers }: ReadComponents, fail: Fail): void {
  const index = indexGraph({ components, edges });
  for (const component of components) {
    const at = pointers[component.id] as Pointer;
    const into = new Map<string, Edge[]>();
    for (const number of edgesInto(index, component.id)) {
      const edge = edges[number] as Edge;
      const bound = into.get(edge.to.slot) ?? [];
      into.set(edge.to.slot, bound);
      bound.push(edge);
    }
    for (const [name, slot] of Object.entries(component.slots)) {
      const count = into.get(name)?.length ?? 0;
      if (count > 1 && !slot.multiple) fail([...at, 'slots', name], `the slot takes one binding, and has ${count}`);
    }
    for (const mount of mountsOf(component.program)) {
      if (mount['kind'] !== 'slot') continue;
      const sources = into.get(String(mount['slot'])) ?? [];
      if (sources.length !== 1 || sources[0]?.from.kind !== 'resource')
        fail([...at, 'program'], `the storage mounted from slot \`${String(mount['slot'])}\` is bound to no resource`);
    }
  }
  for (const circle of strongCircles(components.length, edges)) {
    const waiting = circle.map(({ to }) => monikerOf(components, to.component));
    fail(
      ['bindings', edges.indexOf(circle[0] as Edge)],
      `components wait for each other: ${[...waiting.slice(-1), ...waiting].join(' -> ')}`,
    );
  }
}
