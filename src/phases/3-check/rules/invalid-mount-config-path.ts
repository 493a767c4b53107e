import type { JsonObject } from '../../../base/json.ts';
import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { leaves } from '../../../language/schema/leaves.ts';
import { lookup } from '../../../language/schema/lookup.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

function* leafPaths(schema: JsonObject | null): Iterable<string> {
  if (schema) for (const { path } of leaves(schema)) yield path;
}

/** Silent when the schema itself is broken: what it holds is then not known. */
export const invalidMountConfigPath: Rule = {
  emits: [D.invalidMountConfigPath],
  needs: ['config_schema'],
  check(manifest, { at, index, near, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind !== 'config') continue;
      const { path } = source;
      const hasSchema = manifest.configSchema !== undefined;
      if (hasSchema && (!index.schema || path === '' || lookup(index.schema, path) !== undefined)) continue;
      const meant = near(path, leafPaths(index.schema));
      const fixes = guessText(at(mount.from.range), meant && `config.${meant}`);
      report(D.invalidMountConfigPath({ path, hasSchema, near: meant }, { at: at(mount.from.range), fixes }));
    }
  },
};
