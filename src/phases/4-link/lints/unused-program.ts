import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { Lint, LintContext } from './lint.ts';
import { orphansConfig } from './support/orphaned-config.ts';

/** Silent on a program that something outside the scenario feeds: it is there for that. */
export const unusedProgram: Lint = {
  emits: [D.unusedProgram],
  run(ctx, report) {
    const { manifest, usedProvides, linked, feedsProgramFromOutside, at } = ctx;
    if (!manifest.program || usedProvides.size > 0 || (linked && feedsProgramFromOutside)) return;
    const place = at(manifest.program.keyRange);
    const fixes = mayGo(ctx) ? removal('the program', [remove(place)]) : [];
    report(D.unusedProgram({}, { at: place, label: 'nothing takes from this program', fixes }));
  },
};

/** Whether nothing refers to the program, and nothing is there for its sake alone. */
function mayGo(ctx: LintContext): boolean {
  const { program: _, ...rest } = ctx.manifest;
  const { slots, provides, childTemplates } = rest;
  return slots.length + provides.length + childTemplates.length === 0 && !orphansConfig(ctx, rest);
}
