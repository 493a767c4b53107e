import type { TreeNode } from '../../../ir/tree.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import type { Instance, SlotNode } from '../instance.ts';

/** Display names of policies, by the tree node of each. */
export type PolicyLabels = ReadonlyMap<TreeNode, string>;

/** Tree → instances, ids in depth-first pre-order, children by name. Iterative: a chain of any depth is fine. O(nodes). */
export function flatten(root: TreeNode, labels: PolicyLabels = new Map()): readonly Instance[] {
  const instances: Instance[] = [];
  const stack: { node: TreeNode; parent: Instance | null }[] = [{ node: root, parent: null }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const instance = create(instances.length, next.node, next.parent, labels);
    instances.push(instance);
    for (let i = next.node.children.length - 1; i >= 0; i--) {
      stack.push({ node: next.node.children[i] as TreeNode, parent: instance });
    }
  }
  return instances;
}

function create(id: number, node: TreeNode, parent: Instance | null, labels: PolicyLabels): Instance {
  const manifest = node.loaded.manifest;
  const index = indexOf(manifest);
  const moniker = parent === null ? '/' : parent.moniker === '/' ? `/${node.name}` : `${parent.moniker}/${node.name}`;
  const label = labels.get(node);
  const instance: Instance = {
    id,
    node,
    manifest,
    index,
    moniker,
    policy: label === undefined ? (parent?.policy ?? null) : { node, moniker, label },
    parent,
    children: [],
    child: new Map(),
    slots: new Map(),
    bindings: [],
    terminals: new Map(),
    exports: new Map(),
    space: { value: { kind: 'literal', value: {} }, schema: null },
    configOk: true,
    program: null,
    resources: {},
  };
  for (const decl of manifest.slots) {
    const slot: SlotNode = { kind: 'slot', instance, decl, bound: [], sources: [] };
    instance.slots.set(decl.name, slot);
  }
  if (parent) {
    parent.children.push(instance);
    parent.child.set(node.name, instance);
  }
  return instance;
}
