import { printable } from '../diagnostics/render/width.ts';
import type { WorkspaceStatus } from '../ir/workspace-status.ts';
import type { CompletionBasis } from '../runtime/gate/outcome.ts';

const texts: Readonly<Record<CompletionBasis, string>> = {
  no_probes_declared: 'every program ended well, and nothing else was to be checked',
  no_probes_required: 'every program ended well, and no probe has to pass',
  probes_passed: 'every probe that is required has passed',
};

/** By what a run was judged to be complete. `workspaces` of which changes were given up are named: somebody has decided that, and nobody else can see it. */
export function basisText(
  basis: CompletionBasis,
  workspaces: readonly Pick<WorkspaceStatus, 'id' | 'finalize'>[] = [],
): string {
  const givenUp = workspaces.filter(({ finalize }) => finalize === 'abandoned').map(({ id }) => id);
  const but = givenUp.length === 0 ? '' : `; the changes of ${givenUp.map(printable).join(', ')} were given up`;
  return `${basis}: ${texts[basis]}${but}`;
}
