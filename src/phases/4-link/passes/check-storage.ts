import { at, type Location } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { MountDecl } from '../../../ir/manifest.ts';
import { describe, type Instance, type SlotNode, type Terminal, terminal } from '../instance.ts';
import { declaredHere } from './resolve-exports.ts';

/** A mounted storage slot leads to exactly one resource, and a resource has one user. O(mounts + sources). */
export function checkStorage(instances: readonly Instance[], sink: Sink): void {
  const users = new Map<Terminal, Map<unknown, Location>>();
  const use = (resource: Terminal, user: unknown, place: Location): void => {
    const known = users.get(resource) ?? new Map<unknown, Location>();
    users.set(resource, known.has(user) ? known : known.set(user, place));
  };
  for (const instance of instances) {
    for (const mount of instance.manifest.program?.mounts ?? []) {
      const [head, name = ''] = splitAtDot(mount.from.source);
      const place = at(instance.manifest.file, mount.from.range);
      if (head === 'resources' && instance.index.resources.has(name))
        use(terminal(instance, 'resource', name), mount, place);
      const slot = head === 'slots' ? instance.slots.get(name) : undefined;
      if (slot?.decl.kind !== 'storage') continue;
      const resource = onlyResource(slot, mount, sink);
      const binding = slot.bound[0];
      if (resource) use(resource, slot, binding ? at(binding.realm.manifest.file, binding.decl.fromRange) : place);
    }
  }
  reportFanout(users, sink);
}

const splitAtDot = (text: string): [string, string?] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
};

function onlyResource(slot: SlotNode, mount: MountDecl, sink: Sink): Terminal | undefined {
  const sources = slot.sources.map((route) => route.source);
  const [first] = sources;
  if (sources.length === 1 && first?.kind === 'resource') return first;
  const reason =
    first === undefined
      ? 'nothing is bound to it'
      : sources.length > 1
        ? `${sources.length} sources are bound to it`
        : first.kind === 'external'
          ? 'it leads outside the scenario'
          : 'what is bound to it is not a resource';
  const place = {
    at: at(slot.instance.manifest.file, mount.from.range),
    label: 'mounted here',
    related: [
      ...declaredHere(slot.instance),
      { message: 'slot declared here', at: at(slot.instance.manifest.file, slot.decl.nameRange) },
    ],
  };
  sink.report(
    D.storageMountRequiresResource({ component: describe(slot.instance), slot: slot.decl.name, reason }, place),
  );
  return undefined;
}

function reportFanout(users: ReadonlyMap<Terminal, ReadonlyMap<unknown, Location>>, sink: Sink): void {
  for (const [resource, places] of users) {
    if (places.size < 2) continue;
    const [first, ...others] = [...places.values()];
    sink.report(
      D.storageResourceFanout(
        { component: describe(resource.instance), resource: resource.name, users: places.size },
        { at: first, label: 'used here', related: others.map((place) => ({ message: 'and here', at: place })) },
      ),
    );
  }
}
