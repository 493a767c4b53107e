import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { RuntimeSettings } from '../../ir/runtime-settings.ts';
import { copiesOf } from '../../plan/workspaces/copies.ts';
import { neverFinalizedIn } from '../../plan/workspaces/needs.ts';

/** A run of the plan would wait for ever: it is told where the settings say who works on the copy. */
export function checkWorkspaces(
  plan: Pick<DeploymentPlan, 'components' | 'edges' | 'runtime'>,
  settings: RuntimeSettings | undefined,
  sink: Sink,
): void {
  const found = neverFinalizedIn(plan);
  const copies = found.length === 0 ? [] : copiesOf(plan);
  for (const { id, moniker, why } of found) {
    const users = copies.find((copy) => copy.id === id)?.users ?? [];
    const at = [moniker, ...users].flatMap((one) => settings?.components?.[one]?.at ?? [])[0];
    const service = why.kind === 'service' ? { service: why.service } : {};
    sink.report(D.workspaceCycle({ moniker, copy: id, ...service }, at ? { at } : {}));
  }
}
