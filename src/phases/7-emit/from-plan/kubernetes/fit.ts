/** What keeps a component from running in a cluster, beside what keeps it from running in any container. */
import * as D from '../../../../diagnostics/catalogue/emit-kubernetes.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Tell } from '../containers/tell.ts';

/** Whether everything fits. */
export function checkCluster(components: readonly WiredComponent[], { runtime }: DeploymentPlan, tell: Tell): boolean {
  let fits = true;
  for (const { moniker, storage } of components) {
    const { replicas = 1, restart } = runtime?.components?.[moniker] ?? {};
    const refuse = (make: Parameters<Tell['of']>[1]): void => {
      fits = false;
      tell.of(moniker, make);
    };
    if (replicas === 1) continue;
    const lasting = storage.find(({ ephemeral }) => !ephemeral);
    const reason =
      restart === 'never'
        ? 'it is a task, which is done once'
        : lasting && `it mounts \`${lasting.id}\`, which one node at a time can do`;
    if (reason !== undefined) refuse((at) => D.kubernetesReplicas({ component: moniker, replicas, reason }, at));
  }
  return fits;
}
