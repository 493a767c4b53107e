import * as D from '../../../diagnostics/catalogue/check/environments.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Rule } from '../rule.ts';

function* except(names: Iterable<string>, one: string): Iterable<string> {
  for (const name of names) if (name !== one) yield name;
}

export const unknownEnvironmentExtends: Rule = {
  emits: [D.unknownEnvironmentExtends],
  needs: ['environments'],
  check(manifest, { at, index, near, report }) {
    for (const { name, extends: base } of manifest.environments) {
      if (!base || index.environments.has(base.value)) continue;
      const meant = near(base.value, except(index.environments.keys(), name));
      const fixes = guessText(at(base.range), meant);
      report(
        D.unknownEnvironmentExtends(
          { by: name, environment: base.value, near: meant },
          { at: at(base.range), label: 'no such environment', fixes },
        ),
      );
    }
  },
};
