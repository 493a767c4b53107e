import { memoized } from '../../../../base/memo.ts';
import type { BindingDecl, ChildDecl, Manifest } from '../../../../ir/manifest.ts';
import type { Instance } from '../../instance.ts';

/** Who else writes to the declarations of a manifest. Worked out once for all manifests of a link. */
export interface Users {
  /** Where a manifest is a component: manifest of the parent, and name. Nothing for the root. */
  readonly placesOf: (manifest: Manifest) => readonly Place[];
  /** Every declaration that makes an instance of the manifest. */
  readonly declsOf: (manifest: Manifest) => readonly ChildDecl[];
  /** False where one name is several manifests (environments differ), or a template starts it when the scenario runs. */
  readonly isPlain: (manifest: Manifest) => boolean;
}

export interface Place {
  readonly parent: Manifest;
  readonly child: string;
}

interface Found {
  readonly places: Map<string, Place>;
  readonly decls: Set<ChildDecl>;
  plain: boolean;
}

/** Nothing is worked out before somebody asks: most scenarios have nothing to remove. */
export function usersOf(instances: readonly Instance[]): Users {
  let known: Users | undefined;
  const users = (): Users => {
    known ??= lookUp(instances);
    return known;
  };
  return {
    placesOf: (manifest) => users().placesOf(manifest),
    declsOf: (manifest) => users().declsOf(manifest),
    isPlain: (manifest) => users().isPlain(manifest),
  };
}

function lookUp(instances: readonly Instance[]): Users {
  const found = new Map<Manifest, Found>();
  const numbers = new Map<Manifest, number>();
  const byPlace = new Map<string, Manifest>();
  const of = (manifest: Manifest): Found => {
    const known = found.get(manifest) ?? { places: new Map(), decls: new Set(), plain: true };
    found.set(manifest, known);
    return known;
  };
  for (const { manifest, parent, node } of instances) {
    const own = of(manifest);
    if (node.decl) own.decls.add(node.decl);
    for (const { nodes } of node.templates) for (const template of nodes) of(template.manifest).plain = false;
    if (!parent) continue;
    const number = numbers.get(parent.manifest) ?? numbers.size;
    numbers.set(parent.manifest, number);
    const key = `${number} ${node.name}`;
    const other = byPlace.get(key) ?? manifest;
    byPlace.set(key, other);
    if (other !== manifest) {
      own.plain = false;
      of(other).plain = false;
    }
    own.places.set(key, { parent: parent.manifest, child: node.name });
  }
  return {
    placesOf: (manifest) => [...of(manifest).places.values()],
    declsOf: (manifest) => [...of(manifest).decls],
    isPlain: (manifest) => of(manifest).plain,
  };
}

/** The bindings of a manifest by their ends. */
export interface BindingIndex {
  readonly to: (child: string, slot: string) => readonly BindingDecl[];
  readonly from: (kind: 'slot' | 'provide', name: string) => readonly BindingDecl[];
}

export const bindingIndex: (manifest: Manifest) => BindingIndex = memoized((manifest) => {
  const to = new Map<string, BindingDecl[]>();
  const from = new Map<string, BindingDecl[]>();
  const put = (lists: Map<string, BindingDecl[]>, key: string, decl: BindingDecl): void => {
    const list = lists.get(key);
    if (list) list.push(decl);
    else lists.set(key, [decl]);
  };
  for (const decl of manifest.bindings) {
    // No name has a dot.
    put(to, `${decl.target.child}.${decl.target.slot}`, decl);
    if (decl.source.kind === 'slot' || decl.source.kind === 'provide')
      put(from, `${decl.source.kind}.${decl.source.name}`, decl);
  }
  return {
    to: (child, slot) => to.get(`${child}.${slot}`) ?? [],
    from: (kind, name) => from.get(`${kind}.${name}`) ?? [],
  };
});
