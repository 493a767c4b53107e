/** The working tree of phase 4: one `Instance` a component, with the indexes that the passes share. */
import type { JsonObject } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { LoweredProgram, Resource } from '../../ir/graph.ts';
import type { BindingDecl, ExportDecl, Manifest, ProvideDecl, ResourceDecl, SlotDecl } from '../../ir/manifest.ts';
import type { TreeNode } from '../../ir/tree.ts';
import { objectToJson } from '../../language/syntax/to-json.ts';

/** Facts of a manifest that every instance of it shares. */
export interface ManifestIndex {
  readonly slots: ReadonlyMap<string, SlotDecl>;
  readonly provides: ReadonlyMap<string, ProvideDecl>;
  readonly resources: ReadonlyMap<string, ResourceDecl>;
  readonly exports: ReadonlyMap<string, ExportDecl>;
  readonly schema: JsonObject | null;
  /** Own slots that some binding takes from (`from: slots.x`). */
  readonly forwarded: ReadonlySet<string>;
}

/** Something an edge can start at. Interned: one object a source, so that identity is equality. */
export type Terminal =
  | { readonly kind: 'provide'; readonly instance: Instance; readonly name: string }
  | { readonly kind: 'resource'; readonly instance: Instance; readonly name: string }
  | { readonly kind: 'framework'; readonly instance: Instance; readonly name: string }
  | { readonly kind: 'external'; readonly instance: Instance; readonly name: string };

/** What one connection of a slot leads to. */
export interface Route {
  readonly source: Terminal;
  /** Some hop on the way is weak. */
  readonly weak: boolean;
}

/** A binding that passed its checks. */
export interface Bound {
  readonly realm: Instance;
  readonly decl: BindingDecl;
  /** In the `bindings` of the realm's manifest. */
  readonly index: number;
  readonly slot: SlotNode;
  readonly source: Terminal | SlotNode;
}

/** One slot of one instance. */
export interface SlotNode {
  readonly kind: 'slot';
  readonly instance: Instance;
  readonly decl: SlotDecl;
  /** In manifest order; all from the parent's manifest. */
  readonly bound: Bound[];
  /** Filled by `resolveSlots`, in the order of the bindings. A source that arrives on two routes stands here twice. */
  readonly sources: Route[];
}

export interface Instance {
  readonly id: number;
  readonly node: TreeNode;
  readonly manifest: Manifest;
  readonly index: ManifestIndex;
  readonly moniker: string;
  readonly parent: Instance | null;
  readonly children: Instance[];
  readonly child: Map<string, Instance>;
  readonly slots: Map<string, SlotNode>;
  /** The bindings that this component makes between its children, in manifest order. Filled by `bindSlots`. */
  readonly bindings: Bound[];
  readonly terminals: Map<string, Terminal>;
  /** Where each export leads; null when it leads nowhere. Filled by `resolveExports`. */
  readonly exports: Map<string, Terminal | SlotNode | null>;
  /** Filled by `composeConfigs`. */
  space: ConfigSpace;
  /** False when the config of this component or of an ancestor is broken: what follows from it stays silent. */
  configOk: boolean;
  /** Filled by `lowerPrograms`. */
  program: LoweredProgram | null;
  /** Filled by `lowerAllResources`. */
  resources: Readonly<Record<string, Resource>>;
}

const indexes = new WeakMap<Manifest, ManifestIndex>();

export function indexOf(manifest: Manifest): ManifestIndex {
  const known = indexes.get(manifest);
  if (known) return known;
  const byName = <T extends { readonly name: string }>(items: readonly T[]) =>
    new Map(items.map((item) => [item.name, item]));
  const index: ManifestIndex = {
    slots: byName(manifest.slots),
    provides: byName(manifest.provides),
    resources: byName(manifest.resources),
    exports: byName(manifest.exports),
    schema: manifest.configSchema ? objectToJson(manifest.configSchema) : null,
    forwarded: new Set(manifest.bindings.flatMap((b) => (b.source.kind === 'slot' ? [b.source.name] : []))),
  };
  indexes.set(manifest, index);
  return index;
}

/** The interned source of this kind and name. */
export function terminal(instance: Instance, kind: Terminal['kind'], name: string): Terminal {
  const key = `${kind} ${name}`;
  const known = instance.terminals.get(key);
  if (known) return known;
  const made: Terminal = { kind, instance, name };
  instance.terminals.set(key, made);
  return made;
}

export const hasProgram = (instance: Instance): boolean => instance.manifest.program !== undefined;

/** The child of the tree's root that the instance is or lies in. */
export function topOf(instance: Instance): Instance {
  let top = instance;
  while (top.parent?.parent) top = top.parent;
  return top;
}

export const isPolicy = (instance: Instance): boolean => policyLabels.has(topOf(instance).node);

/** For messages: `the root component` or `` component `/a/b` ``; a policy is named by its scope and `use` name. */
export function describe(instance: Instance): string {
  const top = topOf(instance);
  const label = policyLabels.get(top.node);
  if (label !== undefined) {
    const rest = instance.moniker.slice(top.moniker.length);
    return rest === '' ? `policy \`${label}\`` : `component \`${rest}\` of policy \`${label}\``;
  }
  return instance.moniker === '/' ? 'the root component' : `component \`${instance.moniker}\``;
}

/** Display names of the roots of policies (`<scope>/<use name>`), by their tree node. */
export const policyLabels: WeakMap<TreeNode, string> = new WeakMap();
