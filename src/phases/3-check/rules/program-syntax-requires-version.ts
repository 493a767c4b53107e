import * as D from '../../../diagnostics/catalogue/check/versions.ts';
import type { Guarded, Program } from '../../../ir/manifest.ts';
import type { Rule } from '../rule.ts';
import { isOlderThan } from '../version.ts';

/** Where `when` and `each` can stand, in the order in which they are looked for. */
const guarded = (program: Program): readonly Guarded[] =>
  program.kind === 'vm'
    ? [...program.mounts, ...program.endpoints]
    : [...program.command, ...program.env, ...program.mounts, ...program.endpoints];

/** One report a manifest: raising the version once settles every use. `when` is looked for before `each`. */
export const programSyntaxRequiresVersion: Rule = {
  emits: [D.programSyntaxRequiresVersion],
  needs: ['manifest_version'],
  check({ program, version }, { at, report }) {
    if (!program) return;
    const gates = [
      { syntax: 'when', minor: 2, needs: '0.2.0' },
      { syntax: 'each', minor: 3, needs: '0.3.0' },
    ] as const;
    for (const { syntax, minor, needs } of gates) {
      if (!isOlderThan(version.value, minor)) continue;
      const used = guarded(program).find((item) => item[syntax] !== undefined);
      if (!used) continue;
      report(
        D.programSyntaxRequiresVersion(
          { syntax, needs, version: version.value },
          {
            at: at(used.range),
            label: `\`${syntax}\` used here`,
            related: [{ message: 'the version of this manifest', at: at(version.range) }],
          },
        ),
      );
      return;
    }
  },
};
