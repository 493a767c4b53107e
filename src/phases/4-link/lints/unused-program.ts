import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { Lint, LintContext } from './lint.ts';
import { orphansConfig } from './support/orphaned-config.ts';

/** Silent on a program that is there for what it does: something outside the scenario feeds it, it is a task, or the root is all of it. */
export const unusedProgram: Lint = {
  emits: [D.unusedProgram],
  run(ctx, report) {
    const { manifest, moniker, usedProvides, linked, feedsProgramFromOutside, isTask, at } = ctx;
    if (!manifest.program || usedProvides.size > 0 || isTask || (linked && feedsProgramFromOutside)) return;
    const serves = manifest.program.endpoints.length > 0;
    const provides = manifest.provides.length > 0;
    if (ctx.isRoot && !serves && !provides) return;
    const place = at(manifest.program.keyRange);
    const fixes = mayGo(ctx) ? removal('the program', [remove(place)]) : [];
    report(
      D.unusedProgram({ moniker, serves, provides }, { at: place, label: 'nothing takes from this program', fixes }),
    );
  },
};

/** Whether nothing refers to the program, nothing is there for its sake alone, and it serves: a program that does not may have effects. */
function mayGo(ctx: LintContext): boolean {
  const { program, ...rest } = ctx.manifest;
  if (!program || program.endpoints.length === 0) return false;
  const { slots, provides, childTemplates } = rest;
  return slots.length + provides.length + childTemplates.length === 0 && !orphansConfig(ctx, rest);
}
