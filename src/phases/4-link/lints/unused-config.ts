import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';
import { configRemoval } from './support/config-removal.ts';

export const unusedConfig: Lint = {
  emits: [D.unusedConfig],
  run({ manifest, schema, configUses, users, at }, report) {
    const decls = users.declsOf(manifest);
    for (const { path, range } of schema?.leaves ?? []) {
      if (configUses.covers(path)) continue;
      const ranges =
        manifest.configSchema && users.isPlain(manifest) && configRemoval(manifest.configSchema, path, decls);
      const edits = ranges ? ranges.map((gone) => remove(at(gone))) : undefined;
      const fixes = removal(`config \`${path}\``, edits);
      report(D.unusedConfig({ path }, { at: at(range()), label: 'never used', fixes }));
    }
  },
};
