import type { Range } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/lint.ts';
import { remove } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';

export const duplicateEnvironmentResolver: Lint = {
  emits: [D.duplicateEnvironmentResolver],
  run({ manifest, at }, report) {
    for (const { name, resolvers } of manifest.environments) {
      const first = new Map<string, Range>();
      for (const { value, range } of resolvers) {
        const earlier = first.get(value);
        if (!earlier) first.set(value, range);
        else {
          const related = [{ message: 'first named here', at: at(earlier) }];
          const fixes = [{ title: 'remove the repeat', kind: 'safe' as const, edits: [remove(at(range))] }];
          const args = { environment: name, resolver: value };
          report(D.duplicateEnvironmentResolver(args, { at: at(range), related, fixes }));
        }
      }
    }
  },
};
