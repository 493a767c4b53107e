import type { Range } from '../../base/span.ts';
import type { Feature, Manifest } from '../../ir/manifest.ts';
import { mountSource } from './mount-source.ts';

/** Framework capabilities and the experimental feature each needs in the manifest that names it. */
export const frameworkFeatures: ReadonlyMap<string, Feature | null> = new Map([
  ['component', null],
  ['docker', 'docker'],
  ['kvm', 'kvm'],
]);

/** Every `framework.x` of a manifest: sources of bindings first, then mounts. */
export function frameworkUses(manifest: Manifest): { readonly name: string; readonly range: Range }[] {
  const uses: { name: string; range: Range }[] = [];
  for (const binding of manifest.bindings) {
    if (binding.source.kind === 'framework') uses.push({ name: binding.source.name, range: binding.capabilityRange });
  }
  for (const mount of manifest.program?.mounts ?? []) {
    const source = mountSource(mount);
    if (source?.kind === 'framework') uses.push({ name: source.name, range: mount.from.range });
  }
  return uses;
}
