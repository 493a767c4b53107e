import type { Manifest } from '../../../../ir/manifest.ts';
import type { LintContext } from '../lint.ts';
import { configUses } from './config-uses.ts';

/** Whether config is used now that the manifest without some of its parts would not use. */
export function orphansConfig({ schema, configUses: now }: LintContext, rest: Manifest): boolean {
  const leaves = schema?.leaves ?? [];
  if (leaves.length === 0) return false;
  const then = configUses(
    rest,
    leaves.map(({ path }) => path),
  );
  return leaves.some(({ path }) => now.covers(path) && !then.covers(path));
}
