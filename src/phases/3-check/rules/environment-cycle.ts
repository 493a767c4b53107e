import * as D from '../../../diagnostics/catalogue/check/environments.ts';
import type { EnvironmentDecl } from '../../../ir/manifest.ts';
import type { ManifestIndex } from '../../../language/manifest-index.ts';
import type { Rule } from '../rule.ts';

/**
 * Every circle of `extends`, once. An environment extends at most one other, so a walk from each unseen one either ends or comes
 * back to a member of itself: there the circle starts.
 */
function circles(environments: ManifestIndex['environments']): EnvironmentDecl[][] {
  const found: EnvironmentDecl[][] = [];
  if (environments.size === 0) return found;
  const seen = new Set<EnvironmentDecl>();
  for (const start of environments.values()) {
    const walk: EnvironmentDecl[] = [];
    const inWalk = new Set<EnvironmentDecl>();
    let current: EnvironmentDecl | undefined = start;
    while (current && !seen.has(current)) {
      seen.add(current);
      walk.push(current);
      inWalk.add(current);
      current = current.extends && environments.get(current.extends.value);
    }
    if (current && inWalk.has(current)) found.push(walk.slice(walk.indexOf(current)));
  }
  return found;
}

export const environmentCycle: Rule = {
  emits: [D.environmentCycle],
  check(_manifest, { at, index, report }) {
    for (const circle of circles(index.environments)) {
      const [first] = circle;
      report(
        D.environmentCycle(
          { cycle: [...circle, first!].map((environment) => environment.name) },
          {
            at: at(first!.nameRange),
            label: 'the circle starts here',
            related: circle.map(({ name, extends: base, range }) => ({
              message: `\`${name}\` extends \`${base?.value}\``,
              at: at(base?.range ?? range),
            })),
          },
        ),
      );
    }
  },
};
