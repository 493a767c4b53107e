import { grown } from '../../../base/grown.ts';
import type { SlotDecl } from '../../../ir/manifest.ts';
import type { TreeNode } from '../../../ir/tree.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import type { Instance, SlotNode } from '../instance.ts';
import { emptySpace } from './compose-configs.ts';

/** Display names of policies, by the tree node of each. */
export type PolicyLabels = ReadonlyMap<TreeNode, string>;

interface Open {
  readonly node: TreeNode;
  readonly parent: Instance | null;
  /** Children of `parent` by name, which it belongs to. */
  readonly siblings: Map<string, Instance> | undefined;
}

/** Tree → instances, ids in depth-first pre-order, children by name. Iterative: a chain of any depth is fine. O(nodes). */
export function flatten(root: TreeNode, labels: PolicyLabels = new Map()): readonly Instance[] {
  const instances: Instance[] = [];
  const stack: Open[] = [{ node: root, parent: null, siblings: undefined }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, parent } = next;
    const child = node.children.length === 0 ? undefined : new Map<string, Instance>();
    const instance = create(instances.length, next, child ?? nothing, labels);
    instances.push(instance);
    if (parent) parent.children = grown(parent.children, instance);
    next.siblings?.set(node.name, instance);
    for (let i = node.children.length - 1; i >= 0; i--)
      stack.push({ node: node.children[i] as TreeNode, parent: instance, siblings: child });
  }
  return instances;
}

/** Most components lack most of what they might have, and share what stands for it. */
const none: readonly never[] = [];
const nothing: ReadonlyMap<string, never> = new Map<string, never>();
const noResources: Instance['resources'] = {};

function create(id: number, { node, parent }: Open, child: Instance['child'], labels: PolicyLabels): Instance {
  const manifest = node.loaded.manifest;
  const moniker = parent === null ? '/' : parent.moniker === '/' ? `/${node.name}` : `${parent.moniker}/${node.name}`;
  const label = labels.get(node);
  const slots = manifest.slots.length === 0 ? undefined : new Map<string, SlotNode>();
  const instance: Instance = {
    id,
    node,
    manifest,
    index: indexOf(manifest),
    moniker,
    policy: label === undefined ? (parent?.policy ?? null) : { node, moniker, label },
    parent,
    children: none,
    child,
    slots: slots ?? nothing,
    bindings: none,
    terminals: undefined,
    exports: nothing,
    space: emptySpace,
    configOk: true,
    program: null,
    resources: noResources,
  };
  for (const decl of manifest.slots) slots?.set(decl.name, slotOf(instance, decl));
  return instance;
}

const slotOf = (instance: Instance, decl: SlotDecl): SlotNode => ({
  kind: 'slot',
  instance,
  decl,
  claimed: undefined,
  isSingle: false,
  bound: none,
  sources: none,
  walked: 'no',
});
