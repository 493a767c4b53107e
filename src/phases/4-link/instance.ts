/** The working tree of phase 4: one `Instance` a component, with the indexes that the passes share. */
import type { ConfigSpace } from '../../ir/config.ts';
import type { LoweredProgram, Resource } from '../../ir/graph.ts';
import type { BindingDecl, Manifest, SlotDecl } from '../../ir/manifest.ts';
import type { TreeNode } from '../../ir/tree.ts';
import type { ManifestIndex } from '../../language/manifest-index.ts';

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
  /** The last binding of the parent into it, also one with a fault. Filled by `bindSlots`, as what follows. */
  claimed: BindingDecl | undefined;
  /** It counts as exactly one connection where it is forwarded. */
  isSingle: boolean;
  /** In manifest order; all from the parent's manifest. */
  bound: readonly Bound[];
  /** Filled by `resolveSlots`, in the order of the bindings. A source that arrives on two routes stands here twice. */
  sources: readonly Route[];
  /** How far `resolveSlots` has come with it. */
  walked: 'no' | 'open' | 'done';
}

/** The instance of one `use` entry. */
export interface PolicyRoot {
  readonly node: TreeNode;
  readonly moniker: string;
  /** For people: `<scope>/<use>`. */
  readonly label: string;
}

export interface Instance {
  readonly id: number;
  readonly node: TreeNode;
  readonly manifest: Manifest;
  readonly index: ManifestIndex;
  readonly moniker: string;
  /** The policy that it is, or is a part of; null outside of the policy scenario. */
  readonly policy: PolicyRoot | null;
  readonly parent: Instance | null;
  /** Filled by `flatten`. */
  children: readonly Instance[];
  readonly child: ReadonlyMap<string, Instance>;
  readonly slots: ReadonlyMap<string, SlotNode>;
  /** The bindings that this component makes between its children, in manifest order. Filled by `bindSlots`. */
  bindings: readonly Bound[];
  /** Undefined where nothing starts. */
  terminals: Map<string, Terminal> | undefined;
  /** Where each export leads; null when it leads nowhere. Filled by `resolveExports`. */
  exports: ReadonlyMap<string, Terminal | SlotNode | null>;
  /** Filled by `composeConfigs`. */
  space: ConfigSpace;
  /** False when the config of this component or of an ancestor is broken: what follows from it stays silent. */
  configOk: boolean;
  /** Filled by `lowerPrograms`. */
  program: LoweredProgram | null;
  /** Filled by `lowerAllResources`. */
  resources: Readonly<Record<string, Resource>>;
}

/** The interned source of this kind and name. */
export function terminal(instance: Instance, kind: Terminal['kind'], name: string): Terminal {
  const key = `${kind} ${name}`;
  instance.terminals ??= new Map();
  const known = instance.terminals.get(key);
  if (known) return known;
  const made: Terminal = { kind, instance, name };
  instance.terminals.set(key, made);
  return made;
}

export const hasProgram = (instance: Instance): boolean => instance.manifest.program !== undefined;

export const isPolicy = ({ policy }: Instance): boolean => policy !== null;

/** For messages: `the root component` or `` component `/a/b` ``; a policy is named by its scope and `use` name. */
export function describe({ moniker, policy }: Instance): string {
  if (policy) {
    const rest = moniker.slice(policy.moniker.length);
    return rest === '' ? `policy \`${policy.label}\`` : `component \`${rest}\` of policy \`${policy.label}\``;
  }
  return moniker === '/' ? 'the root component' : `component \`${moniker}\``;
}
