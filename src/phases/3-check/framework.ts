import type { Location, Range } from '../../base/span.ts';
import type { Edit } from '../../diagnostics/fix.ts';
import { write } from '../../diagnostics/fixes.ts';
import type { Feature, Manifest } from '../../ir/manifest.ts';
import { writeSource } from '../../language/binding-edits.ts';
import { mountSource } from './mount-source.ts';

/** Framework capabilities and the experimental feature each needs in the manifest that names it. */
export const frameworkFeatures: ReadonlyMap<string, Feature | null> = new Map([
  ['component', null],
  ['docker', 'docker'],
  ['kvm', 'kvm'],
]);

export interface FrameworkUse {
  readonly name: string;
  readonly range: Range;
  /** Another capability in its place. */
  readonly write: (name: string, at: (range: Range) => Location) => readonly Edit[];
}

/** Every `framework.x` of a manifest: sources of bindings first, then mounts. */
export function frameworkUses(manifest: Manifest): readonly FrameworkUse[] {
  const uses: FrameworkUse[] = [];
  for (const binding of manifest.bindings) {
    if (binding.source.kind !== 'framework') continue;
    uses.push({
      name: binding.source.name,
      range: binding.capabilityRange,
      write: (name, at) => writeSource(binding, at, 'framework', name),
    });
  }
  for (const mount of manifest.program?.mounts ?? []) {
    const source = mountSource(mount);
    if (source?.kind !== 'framework') continue;
    const { range } = mount.from;
    uses.push({ name: source.name, range, write: (name, at) => [write(at(range), `framework.${name}`)] });
  }
  return uses;
}
