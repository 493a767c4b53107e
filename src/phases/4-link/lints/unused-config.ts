import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';
import { configRemoval } from './support/config-removal.ts';

export const unusedConfig: Lint = {
  emits: [D.unusedConfig],
  run({ manifest, schema, configUses, users, at }, report) {
    // An interposer's config is read in that of the scope, and nobody knows of interposers before the policies are asked.
    const governed = manifest.policies.length > 0;
    for (const { path, range } of schema?.leaves ?? []) {
      if (configUses.covers(path)) continue;
      const ranges =
        !governed &&
        manifest.configSchema &&
        users.isPlain(manifest) &&
        configRemoval(manifest.configSchema, path, users.declsOf(manifest));
      const edits = ranges ? ranges.map((gone) => remove(at(gone))) : undefined;
      const fixes = removal(`config \`${path}\``, edits);
      report(D.unusedConfig({ path, governed }, { at: at(range()), label: 'never used', fixes }));
    }
  },
};
