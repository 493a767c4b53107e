import * as D from '../../../diagnostics/catalogue/check.ts';
import type { Rule } from '../rule.ts';

export const unknownComponentEnvironment: Rule = {
  emits: [D.unknownComponentEnvironment],
  check(manifest, { at, index, near, report }) {
    for (const { name, environment } of manifest.components) {
      if (!environment || index.environments.has(environment.value)) continue;
      report(
        D.unknownComponentEnvironment(
          {
            component: name,
            environment: environment.value,
            near: near(environment.value, index.environments.keys()),
          },
          { at: at(environment.range), label: 'no such environment' },
        ),
      );
    }
  },
};
