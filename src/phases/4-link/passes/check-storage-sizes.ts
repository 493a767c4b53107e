import { own } from '../../../base/json.ts';
import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import { parseSize } from '../../../language/storage-size.ts';
import { describe, type Instance } from '../instance.ts';

/** Parameters mean what a target makes of them; a run refuses a size that it cannot read. O(resources). */
export function checkStorageSizes(instances: readonly Instance[], sink: Sink): void {
  for (const instance of instances) {
    for (const { name, params } of instance.manifest.resources) {
      const size = own(instance.resources, name)?.params.size;
      if (!params.size || typeof size !== 'string' || parseSize(size) !== undefined) continue;
      // What stands in the manifest is the same for all who use it, and told once.
      const component = params.size.value === size ? undefined : describe(instance);
      const place = { at: at(instance.manifest.file, params.size.range), label: 'this size' };
      sink.report(D.storageSize({ resource: name, size, component }, place));
    }
  }
}
