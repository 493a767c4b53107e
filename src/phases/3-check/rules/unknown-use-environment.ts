import * as D from '../../../diagnostics/catalogue/check/environments.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Rule } from '../rule.ts';

export const unknownUseEnvironment: Rule = {
  emits: [D.unknownUseEnvironment],
  needs: ['environments'],
  check(manifest, { at, index, near, report }) {
    for (const { name, environment } of manifest.use) {
      if (!environment || index.environments.has(environment.value)) continue;
      const meant = near(environment.value, index.environments.keys());
      const fixes = guessText(at(environment.range), meant);
      report(
        D.unknownUseEnvironment(
          { use: name, environment: environment.value, near: meant },
          { at: at(environment.range), label: 'no such environment', fixes },
        ),
      );
    }
  },
};
