import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { ChildDecl } from '../../../ir/manifest.ts';
import type { Lint, LintContext } from './lint.ts';
import { orphansConfig } from './support/orphaned-config.ts';

export const unusedUse: Lint = {
  emits: [D.unusedUse],
  run(ctx, report) {
    const { manifest, at } = ctx;
    if (manifest.use.length === 0) return;
    const asked = new Set(manifest.policies.map((policy) => policy.use));
    const list = manifest.policies.length === 0 ? 'policies' : manifest.spelling;
    for (const entry of manifest.use) {
      const { name, nameRange } = entry;
      if (asked.has(name)) continue;
      const fixes = mayGo(ctx, entry) ? removal(`\`${name}\` from \`use\``, [remove(at(nameRange))]) : [];
      report(D.unusedUse({ name, list }, { at: at(nameRange), label: 'never asked', fixes }));
    }
  },
};

const mayGo = (ctx: LintContext, entry: ChildDecl): boolean =>
  !entry.config || !orphansConfig(ctx, { ...ctx.manifest, use: ctx.manifest.use.filter((other) => other !== entry) });
