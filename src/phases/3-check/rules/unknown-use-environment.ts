import * as D from '../../../diagnostics/catalogue/check.ts';
import type { Rule } from '../rule.ts';

export const unknownUseEnvironment: Rule = {
  emits: [D.unknownUseEnvironment],
  check(manifest, { at, index, near, report }) {
    for (const { name, environment } of manifest.use) {
      if (!environment || index.environments.has(environment.value)) continue;
      report(
        D.unknownUseEnvironment(
          { use: name, environment: environment.value, near: near(environment.value, index.environments.keys()) },
          { at: at(environment.range), label: 'no such environment' },
        ),
      );
    }
  },
};
